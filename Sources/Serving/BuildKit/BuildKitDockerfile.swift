import Building
import Diagnostics
import Dockerfile
import Engine
import EngineAPI
import Images
import Linux
import OCI
import Registry
import Spec
import Synchronization

/// A Dockerfile and its context, of which a client of BuildKit's says by the attributes of the frontend `dockerfile.v0` what
/// is to become of them.
struct BuildKitDockerfile {
  private let api: API
  private let build: BuildKitBuild
  private let frontend: String
  private let options: BuildKitOptions

  init(_ api: API, _ build: BuildKitBuild, frontend: String, _ attributes: [String: String]) throws {
    self.api = api
    self.build = build
    self.frontend = frontend
    options = try BuildKitOptions(attributes)
  }

  func run() throws -> BuildResult {
    guard frontend == "dockerfile.v0" else {
      throw RPCStatus(.unimplemented, "the frontend \(frontend) is not there: Dockerfiles are built by dockerfile.v0")
    }
    let session = try BuildSession(api.engine)
    var request = try request(session)
    try options.apply(to: &request)
    try addNamedContexts(to: &request, session)
    try addSecrets(to: &request)
    request.surroundings.client = api.client()
    request.surroundings.environment = api.environment
    request.surroundings.fetch = { [api, build] name, platform in
      let reference = try Reference(name).tagged
      try build.step("[internal] load metadata for \(reference)") { _ in
        let registries = api.registries(
          try client("context"), for: reference.domain, cancellation: build.cancellation)
        _ = try api.engine.images.pull(PullRequest(reference, from: registries.source(reference), platform: platform))
      }
    }
    let steps = BuildKitSteps(build)
    do {
      return try Builder(api.engine, request, in: session) { steps.tell($0) }.build(cancellation: build.cancellation)
    } catch {
      steps.end(Failure(error))
      // The lines that a program printed were told already.
      var failure = Failure(error)
      failure.message = failure.message.split(separator: "\n").first.map(String.init) ?? failure.message
      throw failure
    }
  }

  /// Who sends a folder: the build's own session, or another of the same client's.
  private func client(_ name: String) throws -> BuildKitSession {
    guard let id = options.sessions[name] ?? build.sessionID, !id.isEmpty else {
      throw RPCStatus(.invalidArgument, "the build has no session")
    }
    return try api.sessions.session(id)
  }

  private func request(_ session: BuildSession) throws -> BuildRequest {
    let file = options.filename
    if let remote = options.remote { return try request(at: remote, session) }
    let sources = try session.newFolder()
    let text = try build.step("[internal] load build definition from \(file)") { vertex in
      let ignored = "\(file).dockerignore"
      let folder = ClientFolder(
        session: try client(options.dockerfileKey), name: options.dockerfileKey, paths: [file, ignored])
      let bytes = try folder.copy(into: try Descriptor.open(sources, [.directory]))
      build.progress(vertex, "transferring dockerfile:", bytes, isDone: true)
      let root = try Descriptor.open(sources, .anchor)
      guard let opened = try? root.openInRoot(file) else {
        throw RPCStatus(.unknown, "failed to read dockerfile: open \(file): no such file or directory")
      }
      return DockerfileText(file: file, bytes: try opened.readAll(limit: 16 << 20))
    }
    let context = try contextFolder(options.contextKey, "context", own: "\(sources)/\(file).dockerignore", session)
    return BuildRequest(text, context: context)
  }

  /// Of a context that is no folder of the client's: elsewhere, or an archive on the client's standard input.
  private func request(at address: String, _ session: BuildSession) throws -> BuildRequest {
    let context = try build.step("[internal] load remote build context") { _ in
      guard let name = address.withoutPrefix("http://buildkit-session/") else {
        return try RemoteContext(address, session, api)
      }
      return try RemoteContext(try client(options.contextKey).upload(name), session)
    }
    let root = try Descriptor.open(context.folder, .anchor)
    func content(_ name: String) -> [UInt8]? { try? root.openInRoot(name).readAll(limit: 16 << 20) }
    let file = options.filename
    guard let text = context.dockerfile ?? content(file).map({ DockerfileText(file: file, bytes: $0) }) else {
      throw RPCStatus(.unknown, "failed to read dockerfile: open \(file): no such file or directory")
    }
    let lines = content("\(file).dockerignore") ?? content(".dockerignore") ?? []
    let rules: IgnoreRules
    do { rules = try IgnoreRules(file: String(decoding: lines, as: UTF8.self)) } catch {
      throw RPCStatus(.unknown, ".dockerignore: \(error.description)")
    }
    return BuildRequest(text, context: BuildContext(folder: context.folder, ignored: rules))
  }

  /// - Parameter own: a file of what is left out that counts before the folder's own.
  private func contextFolder(_ key: String, _ title: String, own: String?, _ session: BuildSession) throws
    -> BuildContext
  {
    let client = try client(key)
    let text = try build.step("[internal] load .dockerignore") { vertex in
      if let own, let text = try? readText(own) { return text }
      let folder = try session.newFolder()
      let ignoring = ClientFolder(session: client, name: key, paths: [".dockerignore"])
      let bytes = try ignoring.copy(into: try Descriptor.open(folder, [.directory]))
      build.progress(vertex, "transferring \(title):", bytes, isDone: true)
      return (try? Descriptor.open(folder, .anchor).openInRoot(".dockerignore").readAll(limit: 1 << 20)).map {
        String(decoding: $0, as: UTF8.self)
      } ?? ""
    }
    let rules: IgnoreRules
    do { rules = try IgnoreRules(file: text) } catch {
      throw RPCStatus(.unknown, ".dockerignore: \(error.description)")
    }
    let path = try session.newFolder()
    try build.step("[internal] load build \(title)") { vertex in
      let folder = ClientFolder(
        session: client, name: key, excluded: rules.patterns.filter { $0.utf8.allSatisfy { $0 < 0x7f } })
      let bytes = try folder.copy(into: try Descriptor.open(path, [.directory])) { [build] in
        build.progress(vertex, "transferring context:", $0, isDone: false)
      }
      build.progress(vertex, "transferring context:", bytes, isDone: true)
    }
    return BuildContext(folder: path, ignored: rules)
  }

  private func addNamedContexts(to request: inout BuildRequest, _ session: BuildSession) throws {
    for (name, place) in options.contexts.sorted(by: { $0.key < $1.key }) {
      if let image = place.withoutPrefix("docker-image://") {
        request.imageContexts[name] = image
      } else if let key = place.withoutPrefix("local:") {
        request.namedContexts[name] = try contextFolder(key, "context \(name)", own: nil, session)
      } else {
        throw RPCStatus(.unimplemented, "the build context \(name) at \(place) is not there: a folder or an image is")
      }
    }
  }

  /// Those that instructions name are asked of the client now; one that it has not is missing when it is used.
  private func addSecrets(to request: inout BuildRequest) throws {
    let recipe = try request.dockerfile.recipe()
    var ids: Set<String> = []
    for step in recipe.stages.flatMap(\.steps) {
      guard case .run(let run) = step.action else { continue }
      for text in run.mounts {
        let fields = text.split(separator: ",").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        guard fields.contains(["type", "secret"]) else { continue }
        func value(_ key: String) -> String? { fields.last { $0.first == key && $0.count == 2 }?[1] }
        let target = value("target") ?? value("dst")
        if let id = value("id") ?? target?.split(separator: "/").last.map(String.init) { ids.insert(id) }
      }
    }
    for id in ids.sorted() {
      if let bytes = try client("secrets").secret(id) {
        request.secrets[id] = Secret(.value(String(decoding: bytes, as: UTF8.self)))
      }
    }
  }
}

/// The builder's events as BuildKit's steps.
private final class BuildKitSteps: Sendable {
  private let build: BuildKitBuild
  private let open = Mutex<[Int: BuildKitBuild.Vertex]>([:])

  init(_ build: BuildKitBuild) { self.build = build }

  func tell(_ event: BuildEvent) {
    switch event {
    case .began(let step, let title, _):
      let vertex = build.begin(title)
      open.withLock { $0[step] = vertex }
    case .output(let step, let line, _): if let vertex = open.withLock({ $0[step] }) { build.log(vertex, line + "\n") }
    case .cached(let step): end(step, isCached: true)
    case .done(let step, _): end(step)
    case .failed(let step, let reason): end(step, error: reason)
    case .warned(let warning):
      let vertex = build.begin("warning")
      build.warn(vertex, warning.message)
      build.end(vertex)
    case .explained: break
    }
  }

  /// What was under way when the build failed.
  func end(_ failure: Failure) {
    for step in open.withLock({ Array($0.keys) }) { end(step, error: failure.message) }
  }

  private func end(_ step: Int, isCached: Bool = false, error: String = "") {
    guard let vertex = open.withLock({ $0.removeValue(forKey: step) }) else { return }
    build.end(vertex, isCached: isCached, error: error)
  }
}
