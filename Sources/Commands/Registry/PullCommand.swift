import Arguments
import Diagnostics
import Engine
import Images
import OCI
import Presentation
import Registry

/// `davit pull IMAGE`, as `docker pull`. The images of a project are pulled by `davit compose pull`.
enum PullCommand {
  static var command: Command {
    var command = Command(
      "pull", "Download an image from a registry", usage: "[OPTIONS] NAME[:TAG|@DIGEST]",
      flags: [
        .boolean("all-tags", "a", "Download all tagged images in the repository"), .contentTrust, .platform,
        .boolean("quiet", "q", "Suppress verbose output"), .verifyTLS,
      ], arity: 1...1
    ) { try run(Invocation($0)) }
    command.details = "The images of a project are pulled by `davit compose pull`."
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    try invocation.refuseContentTrust()
    let reference = try Reference(arguments.positionals[0])
    let platform = try invocation.platform()
    let store = try invocation.engine().images
    return try invocation.interruptible { cancellation in
      let registries = invocation.registries(cancellation, insecure: reference.domain)
      var references = [reference.tagged]
      if arguments.boolean("all-tags") {
        guard reference.tag == nil, reference.digest == nil else {
          throw Failure(.invalidInput, "tag can't be used with --all-tags/-a")
        }
        references = try registries.repository(reference).tags().map {
          Reference(domain: reference.domain, path: reference.path, tag: $0)
        }
        if references.isEmpty { throw Failure(.notFound, "the repository has no tags", subject: reference.familiar) }
      } else if reference.tag == nil, reference.digest == nil, !arguments.boolean("quiet") {
        Output.standard.print("Using default tag: \(Reference.defaultTag)")
      }
      for reference in references { try pull(reference, registries, platform, store, invocation) }
      if arguments.boolean("all-tags") { Output.standard.print(reference.description) }
      return ExitStatus.success
    }
  }

  private static func pull(
    _ reference: Reference, _ registries: Registries, _ platform: Platform?, _ store: ImageStore,
    _ invocation: Invocation
  ) throws {
    let isQuiet = invocation.arguments.boolean("quiet")
    var request = PullRequest(reference, from: try registries.source(reference), platform: platform)
    let reporter = try invocation.reporter("pull", quiet: isQuiet)
    if !isQuiet {
      Output.standard.print("\(reference.digest?.description ?? reference.tag!): Pulling from \(reference.path)")
      request.progress = { progress in
        if reporter.mode == .plain {
          if let line = progress.line { Output.standard.print(line) }
        } else {
          reporter.step(ProgressStep(progress))
        }
      }
    }
    defer { reporter.finish() }
    let result = try store.pull(request)
    reporter.finish()
    invocation.warn(result.warnings)
    if !isQuiet {
      let status = result.wasUpToDate ? "Image is up to date" : "Downloaded newer image"
      Output.standard.print("Digest: \(result.digest)\nStatus: \(status) for \(reference.familiar)")
    }
    if !invocation.arguments.boolean("all-tags") { Output.standard.print(reference.description) }
  }
}
