import Arguments
import Building
import Diagnostics
import Engine
import Glibc
import HTTP
import Images
import Linux
import OCI
import Presentation
import Registry

/// A build with all that its caller asked for around it: progress, caches elsewhere, outputs.
struct BuildRun {
  let invocation: Invocation
  let place: BuildPlace
  var request: BuildRequest
  var progress = BuildProgress.Form.plain
  /// Empty: the image is kept here.
  var outputs: [OutputSpecification] = []
  var cacheSources: [CacheSpecification] = []
  var cacheTargets: [CacheSpecification] = []
  /// Base images are fetched though they are here.
  var pulls: Bool?

  init(invocation: Invocation, place: BuildPlace, request: BuildRequest) {
    self.invocation = invocation
    self.place = place
    self.request = request
  }

  /// - Parameter cancellation: where the caller listens for Ctrl-C itself.
  /// - Returns: the image; `nil` where only files were written.
  func build(cancellation: Cancellation? = nil) throws -> Image? {
    func work(_ cancellation: Cancellation) throws -> Image? {
      let teller = BuildProgress(.error, progress)
      let registries = invocation.registries(cancellation)
      let (engine, _) = try place.open()
      let findings = try CheckReport(request, engine).findingsAtBuild()
      let result = try make(teller, registries, cancellation)
      let image = try write(result, engine, registries, cancellation)
      try export(result, engine, registries)
      if progress == .plain {
        if let image { teller.finish("writing image \(image.id) done", request.names.map { "naming to \($0) done" }) }
        CheckReport.summarize(findings)
      }
      return image
    }
    let image = try cancellation.map(work) ?? invocation.interruptible(work)
    try BuildCache(place.close()).keepWithinLimit(BuildFlags.cacheLimit(invocation))
    return image
  }

  /// Builds twice without cache.
  func verify() throws -> Int32 {
    try invocation.interruptible { cancellation in
      let teller = BuildProgress(.error, progress)
      let registries = invocation.registries(cancellation)
      var run = self
      run.request.usesCache = false
      let first = try run.make(teller, registries, cancellation)
      // Times that only the day decides would be the same within a second.
      Monotonic.sleep(nanoseconds: 1_100_000_000)
      let second = try run.make(teller, registries, cancellation)
      let differences = try first.differences(from: second)
      guard differences.isEmpty else {
        let shown = differences.prefix(50).map { "  \($0)\n" }.joined()
        let rest = differences.count > 50 ? "  and \(differences.count - 50) more\n" : ""
        Output.standard.write("The two builds differ:\n\(shown)\(rest)")
        return ExitStatus.failure
      }
      let (engine, _) = try place.open()
      let image = try run.write(first, engine, registries, cancellation)
      Output.standard.print("Both builds are the same\(image.map { ": \($0.id)" } ?? "")")
      return ExitStatus.success
    }
  }

  private func make(_ teller: BuildProgress, _ registries: Registries, _ cancellation: Cancellation) throws
    -> BuildResult
  {
    let (engine, session) = try place.open()
    var request = request
    request.surroundings = try surroundings(engine, registries, cancellation)
    if !teller.isSilent, let syntax = try request.dockerfile.tree().directives["syntax"] {
      teller.note("the syntax directive \(syntax) is not needed: Davit reads Dockerfiles itself")
    }
    return try Builder(engine, request, in: session) { teller.tell($0) }.build(cancellation: cancellation)
  }

  private func surroundings(_ engine: Engine, _ registries: Registries, _ cancellation: Cancellation) throws
    -> BuildSurroundings
  {
    var surroundings = BuildSurroundings()
    let arguments = invocation.arguments
    surroundings.alwaysFetches =
      pulls
      ?? (arguments.command.flags.contains { $0.name == "pull" && $0.kind == .boolean } && arguments.boolean("pull"))
    let isQuiet = progress != .plain
    surroundings.fetch = { name, platform in
      let reference = try Reference(name).tagged
      if !isQuiet { Output.error.print("pulling \(reference.familiar)") }
      _ = try engine.images.pull(PullRequest(reference, from: registries.source(reference), platform: platform))
    }
    surroundings.environment = invocation.environment
    surroundings.client = Client(
      userAgent: "davit/\(Program.version)", proxies: Proxies(environment: invocation.environment),
      cancellation: cancellation)
    surroundings.caches = try cacheSources.map { try $0.source(registries) }
    if invocation.arguments.command.flags.contains(where: { $0.name == "shell-on-failure" }),
      arguments.boolean("shell-on-failure")
    {
      surroundings.onFailure = { failed in
        Output.error.print(
          "the step failed with exit code \(failed.code); this shell stands where it stood, and what it changes is not "
            + "kept\n  \(failed.command.joined(separator: " "))")
        var attach = AttachRequest()
        attach.streams.input = 0
        _ = try Attachment(
          engine: engine, container: engine.container(failed.container), request: attach, starts: true
        ).run(proxiesSignals: false)
      }
    }
    return surroundings
  }

  // MARK: Outputs

  private func write(
    _ result: BuildResult, _ engine: Engine, _ registries: Registries, _ cancellation: Cancellation
  ) throws -> Image? {
    let inline = cacheTargets.contains { $0.kind == .inline }
    func store(_ names: [Reference]) throws -> Image {
      try result.store(names, annotations: request.annotations, tellsSteps: inline)
    }
    guard !outputs.isEmpty else { return try store(request.names) }
    var image: Image?
    for output in outputs {
      let names = request.names + (try output.names.map { try Reference($0).tagged })
      switch output.kind {
      case .cacheonly: break
      case .local: try result.write(into: output.destination!, uid: geteuid(), gid: getegid())
      case .tar: try result.writeArchive(to: open(output.destination!))
      case .image, .registry:
        image = try store(names)
        if output.pushes { try push(names, engine, registries) }
      case .docker where output.destination == nil: image = try store(names)
      case .docker, .oci: image = try archive(store([]), names, output, engine)
      }
    }
    return image
  }

  private func open(_ path: String) throws -> Descriptor {
    guard path == "-" else { return try Descriptor.open(path, [.writeOnly, .create, .truncate], mode: 0o644) }
    guard isatty(1) == 0 else {
      throw Failure(.invalidInput, "an archive is not written to a terminal", hint: "redirect it, or name a file")
    }
    return try Descriptor.borrowing(1)
  }

  private func archive(_ image: Image, _ names: [Reference], _ output: OutputSpecification, _ engine: Engine) throws
    -> Image
  {
    defer { try? engine.images.forgetUnnamed(image) }
    if output.isArchive {
      try engine.images.save(image, as: names, to: open(output.destination!))
    } else {
      let contents = try engine.images.pushContents(of: image)
      try LayoutFolder.write(contents, to: output.destination!, name: names.first?.tag ?? "latest")
    }
    return image
  }

  private func push(_ names: [Reference], _ engine: Engine, _ registries: Registries) throws {
    guard !names.isEmpty else { throw Failure(.invalidInput, "tag is needed when pushing to registry") }
    for name in names {
      let contents = try engine.images.pushContents(name)
      try registries.repository(name).push(contents, as: name.tag ?? Reference.defaultTag) { _ in }
      if progress == .plain { Output.error.print("pushed \(name) \(contents.root.digest)") }
    }
  }

  private func export(_ result: BuildResult, _ engine: Engine, _ registries: Registries) throws {
    for target in cacheTargets {
      let keys = target.keepsAll ? result.steps : Set(result.chain.map(\.key))
      switch target.kind {
      case .inline: break
      case .local(let folder):
        try LayoutFolder.write(engine.images.snapshotContents(keys), to: folder, name: nil)
      case .registry(let reference):
        try registries.repository(reference).push(
          engine.images.snapshotContents(keys), as: reference.tag ?? Reference.defaultTag
        ) { _ in }
      }
    }
  }

  /// What buildx says of a build in `--metadata-file`.
  func writeMetadata(of image: Image, to path: String) throws {
    let manifest = image.manifest
    var members: [JSONValue.Member] = [
      .init("containerimage.config.digest", .string(image.id.description)),
      .init(
        "containerimage.descriptor",
        .object([
          .init("mediaType", .string(manifest.mediaType.rawValue)),
          .init("digest", .string(manifest.digest.description)), .init("size", .integer(manifest.size)),
          .init(
            "platform",
            .object([
              .init("architecture", .string(image.configuration.architecture)),
              .init("os", .string(image.configuration.os)),
            ])),
        ])), .init("containerimage.digest", .string(manifest.digest.description)),
    ]
    if !request.names.isEmpty {
      members.append(.init("image.name", .string(request.names.map(\.description).joined(separator: ","))))
    }
    try writeAtomically(Array((JSONValue.object(members).indented(by: 2) + "\n").utf8), to: path)
  }
}
