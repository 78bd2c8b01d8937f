import Arguments
import Diagnostics
import Engine
import Images
import OCI
import Presentation
import Registry

/// `davit push IMAGE`, as `docker push`.
enum PushCommand {
  static var command: Command {
    Command(
      "push", "Upload an image to a registry", usage: "[OPTIONS] NAME[:TAG]",
      flags: [
        .boolean("all-tags", "a", "Push all tags of an image to the repository"),
        .text(
          "compression-format", nil, "Send layers compressed with gzip or zstd, instead of as they are stored",
          values: .words(PushCompression.Format.allCases.map(\.rawValue))),
        .integer("compression-level", nil, "Compression level: 1 to 9 for gzip, 1 to 22 for zstd"), .contentTrust,
        .boolean("force-compression", nil, "Compress layers anew that have the format already"),
        .text("platform", nil, "Push only this platform of an image for several: os/arch[/variant]"),
        .boolean("quiet", "q", "Suppress verbose output"), .verifyTLS,
      ], arity: 1...1, positionals: [.images]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    try invocation.refuseContentTrust()
    let reference = try Reference(arguments.positionals[0])
    guard reference.digest == nil else {
      throw Failure(.invalidInput, "cannot push a digest reference", subject: "image \(reference.familiar)")
    }
    let compression = try compression(arguments)
    let store = try invocation.engine().images
    var references = [reference.tagged]
    if arguments.boolean("all-tags") {
      guard reference.tag == nil else { throw Failure(.invalidInput, "tag can't be used with --all-tags/-a") }
      references = try store.list().compactMap(\.name).filter { $0.name == reference.name && $0.tag != nil }
      references.sort { $0.description < $1.description }
      if references.isEmpty {
        throw Failure(.notFound, "an image does not exist locally with the tag: \(reference.familiarName)")
      }
    } else if reference.tag == nil, !arguments.boolean("quiet") {
      Output.standard.print("Using default tag: \(Reference.defaultTag)")
    }
    return try invocation.interruptible { cancellation in
      let repository = try invocation.registries(cancellation, insecure: reference.domain).repository(reference)
      if !arguments.boolean("quiet") { Output.standard.print("The push refers to repository [\(reference.name)]") }
      for reference in references { try push(reference, repository, store, compression, invocation) }
      return ExitStatus.success
    }
  }

  private static func compression(_ arguments: ParsedArguments) throws -> PushCompression? {
    guard let word = arguments.text("compression-format") else {
      for flag in ["compression-level", "force-compression"] where arguments.isGiven(flag) {
        throw Failure(.invalidInput, "--\(flag) needs --compression-format")
      }
      return nil
    }
    guard let format = PushCompression.Format(rawValue: word) else {
      throw Failure(
        word == "zstd:chunked" ? .unsupported : .invalidInput, "layers are not compressed with \(word)",
        subject: "--compression-format", hint: "use gzip or zstd")
    }
    return try PushCompression(
      format, level: arguments.integer("compression-level"), force: arguments.boolean("force-compression"))
  }

  private static func push(
    _ reference: Reference, _ repository: Repository, _ store: ImageStore, _ compression: PushCompression?,
    _ invocation: Invocation
  ) throws {
    let isQuiet = invocation.arguments.boolean("quiet")
    let contents = try store.pushContents(
      reference, platform: invocation.arguments.text("platform").map { try Platform($0) }, compression: compression)
    let reporter = try invocation.reporter("push", quiet: isQuiet)
    defer { reporter.finish() }
    try repository.push(contents, as: reference.tag!) { progress in
      if isQuiet { return }
      if reporter.mode == .plain {
        if let line = progress.line { Output.standard.print(line) }
      } else {
        reporter.step(ProgressStep(progress))
      }
    }
    reporter.finish()
    if let only = contents.onlyPlatform {
      invocation.warn("not all platforms of the image are here: only \(only) was pushed")
    }
    Output.standard.print(
      isQuiet
        ? reference.description
        : "\(reference.tag!): digest: \(contents.root.digest) size: \(contents.documents.last!.bytes.count)")
  }
}

extension ProgressStep {
  init(_ progress: PushProgress) {
    let id = progress.blob.short
    switch progress.state {
    case .preparing: self.init(id, "Preparing", .working)
    case .exists: self.init(id, "Layer already exists", .done)
    case .mounted(let source): self.init(id, "Mounted from \(source)", .done)
    case .uploading(let done, let total):
      self.init(id, "Pushing", .working, detail: TransferText.bar(done, total))
    case .pushed: self.init(id, "Pushed", .done)
    }
  }
}

extension PushProgress {
  /// Docker's line where nothing redraws it; `nil`: nothing that would need a line.
  var line: String? {
    switch state {
    case .preparing: "\(blob.short): Preparing"
    case .exists: "\(blob.short): Layer already exists"
    case .mounted(let source): "\(blob.short): Mounted from \(source)"
    case .uploading: nil
    case .pushed: "\(blob.short): Pushed"
    }
  }
}
