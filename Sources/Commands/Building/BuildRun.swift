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
import Synchronization

/// A build with all that its caller asked for around it: progress, caches elsewhere, outputs.
struct BuildRun {
  let invocation: Invocation
  let place: BuildPlace
  var request: BuildRequest
  var progress = BuildProgress.Form.plain
  /// An image is made for each, and an index that leads to them; empty: one, for the request's own.
  var platforms: [Platform] = []
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
  /// - Returns: what was stored; `nil` where only files were written.
  func build(cancellation: Cancellation? = nil) throws -> StoredBuild? {
    func work(_ cancellation: Cancellation) throws -> StoredBuild? {
      let teller = BuildProgress(.error, progress)
      let registries = invocation.registries(cancellation)
      let (engine, _) = try place.open()
      let findings = try CheckReport(request, engine).findingsAtBuild()
      let results = try make(teller, registries, cancellation)
      let stored = try write(results, engine, registries)
      try export(results, engine, registries)
      if progress == .plain {
        if let stored { teller.finish("writing image \(stored.id) done", request.names.map { "naming to \($0) done" }) }
        CheckReport.summarize(findings)
      }
      return stored
    }
    let stored = try cancellation.map(work) ?? invocation.interruptible(work)
    try BuildCache(place.close()).keepWithinLimit(BuildFlags.cacheLimit(invocation))
    return stored
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
      let differences = try zip(first, second).flatMap { try $0.differences(from: $1) }
      guard differences.isEmpty else {
        let shown = differences.prefix(50).map { "  \($0)\n" }.joined()
        let rest = differences.count > 50 ? "  and \(differences.count - 50) more\n" : ""
        Output.standard.write("The two builds differ:\n\(shown)\(rest)")
        return ExitStatus.failure
      }
      let (engine, _) = try place.open()
      let stored = try run.write(first, engine, registries)
      Output.standard.print("Both builds are the same\(stored.map { ": \($0.id)" } ?? "")")
      return ExitStatus.success
    }
  }

  /// - Returns: a result for each platform.
  private func make(_ teller: BuildProgress, _ registries: Registries, _ cancellation: Cancellation) throws
    -> [BuildResult]
  {
    let (engine, session) = try place.open()
    var request = request
    request.surroundings = try surroundings(engine, registries, cancellation)
    if !teller.isSilent, let syntax = try request.dockerfile.tree().directives["syntax"] {
      teller.note("the syntax directive \(syntax) is not needed: Davit reads Dockerfiles itself")
    }
    guard platforms.count > 1 else {
      request.platform = platforms.first ?? request.platform
      return [try Builder(engine, request, in: session) { teller.tell($0) }.build(cancellation: cancellation)]
    }
    var builders: [Builder] = []
    for platform in platforms {
      request.platform = platform
      request.isOneOfSeveral = true
      builders.append(try Builder(engine, request, in: session, beside: builders.first) { teller.tell($0) })
    }
    // What one cannot do is told before the others have taken their time: none begins a step once one has failed.
    let failed = Atomic(false)
    let results = WorkerPool.map(builders, limit: builders.count) { builder in
      do { return try builder.build(cancellation: cancellation, isSpared: { failed.load(ordering: .relaxed) }) } catch {
        failed.store(true, ordering: .relaxed)
        throw error
      }
    }
    let failures = results.compactMap { if case .failure(let failure) = $0 { failure } else { nil } }
    if let first = failures.first(where: { !Builder.isSpared($0) }) ?? failures.first { throw first }
    return try results.map { try $0.get() }
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
    if invocation.arguments.hasFlag("shell-on-failure"),
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

  private func export(_ results: [BuildResult], _ engine: Engine, _ registries: Registries) throws {
    for target in cacheTargets {
      let keys = Set(results.flatMap { target.keepsAll ? Array($0.steps) : $0.chain.map(\.key) })
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
}
