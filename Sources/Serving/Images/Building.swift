import Building
import Diagnostics
import Dockerfile
import Engine
import EngineAPI
import Images
import Linux
import OCI
import Presentation
import Registry
import Synchronization

extension API {
  /// A build as clients did it before there was BuildKit: the context is the body.
  func build(_ x: Exchange, _ r: Exchange.Route) throws {
    let query = r.query
    try refuseMissing(query)
    let progress = ProgressStream(exchange: x)
    let session = try BuildSession(engine)
    var context = try BuildContextFolder(session)
    try receive(x, query, &context)
    try progress.run {
      var request = try request(query, context)
      let registries = try buildRegistries(x)
      request.surroundings.fetch = { [engine] name, platform in
        let reference = try Reference(name).tagged
        progress.stream("Pulling \(reference.familiar)\n")
        _ = try engine.images.pull(PullRequest(reference, from: registries.source(reference), platform: platform))
      }
      let quiet = query.isOn("q")
      let builder = try Builder(engine, request, in: session) { event in if !quiet { Self.tell(event, progress) } }
      let image: Image
      do { image = try builder.build(cancellation: x.cancellation()).store(request.names) } catch {
        return fail(progress, Failure(error))
      }
      progress.send(["aux": .object(["ID": .string(image.id.description)])])
      if quiet { return progress.stream("\(image.id)\n") }
      progress.stream("Successfully built \(image.id.short)\n")
      for name in request.names {
        progress.stream("Successfully tagged \(name.familiar)\n")
        note("tag", image, name)
      }
    }
  }

  private func fail(_ progress: ProgressStream, _ failure: Failure) {
    // What clients look for when a program of a RUN fails.
    let message = APIError(failure).message
    if let match = message.firstMatch(of: /process "(.*)" did not complete successfully: exit code: ([0-9]+)/) {
      return progress.fail("The command '\(match.1)' returned a non-zero code: \(match.2)", code: Int(match.2))
    }
    progress.fail(message, code: failure.exitStatus.map(Int.init))
  }

  /// Options that would change the result and are not there.
  private func refuseMissing(_ query: Query) throws {
    if query["version"] == "2" {
      throw APIError.badRequest("builds of BuildKit's need a session, which is not there: set DOCKER_BUILDKIT=0")
    }
    for name in ["squash", "outputs"] where query.isOn(name) && query[name] != "[]" {
      throw APIError.badRequest("the build option \"\(name)\" is not there")
    }
  }

  private func receive(_ x: Exchange, _ query: Query, _ context: inout BuildContextFolder) throws {
    if let remote = query["remote"], !remote.isEmpty, remote != "client-session" {
      return try context.replace(by: RemoteContext(remote, context.session, self))
    }
    try withBody(x) { source in
      guard case .descriptor(let raw) = source else { return }
      try context.unpack(Descriptor.borrowing(raw))
    }
  }

  private func request(_ query: Query, _ context: BuildContextFolder) throws -> BuildRequest {
    let name = query["dockerfile"] ?? "Dockerfile"
    let text = try context.dockerfile(name)
    var request = BuildRequest(text, context: try context.context(name))
    request.arguments = try Self.pairs(query["buildargs"])
    request.labels = try Self.pairs(query["labels"])
    request.target = query["target"]
    request.names = try query.all("t").map { try Reference($0).tagged }
    request.usesCache = !query.isOn("nocache")
    // Only these images' steps were to be used; without any of them, none are.
    if let text = query["cachefrom"], case .array(let images) = try JSONValue(parsing: text), !images.isEmpty {
      let isThere = images.contains {
        if case .string(let name) = $0 { (try? engine.images.resolve(name)) != nil } else { false }
      }
      if !isThere { request.usesCache = false }
    }
    request.extraHosts = query.all("extrahosts").flatMap(Self.list)
    request.sharedMemory = try query.integer("shmsize").flatMap { $0 == 0 ? nil : Int64($0) }
    request.surroundings.alwaysFetches = query.isOn("pull")
    request.surroundings.dividesOutput = true
    request.surroundings.client = client()
    request.surroundings.environment = environment
    let network = query["networkmode"] ?? "default"
    request.network = network == "bridge" ? "default" : network
    if request.network == "host" { request.allowed.insert(.hostNetwork) }
    if !["default", "none", "host"].contains(request.network) { request.network = try engine.network(network).name }
    request.platform = try query["platform"].flatMap { $0.isEmpty ? nil : try PlatformText.parse($0) }
    return request
  }

  /// An object of texts. Those that are null are as good as absent.
  private static func pairs(_ text: String?) throws -> [String: String] {
    guard let text, case .object(let members) = try JSONValue(parsing: text) else { return [:] }
    return members.reduce(into: [:]) { pairs, member in
      if case .string(let value) = member.value { pairs[member.key] = value }
    }
  }

  /// `["a:1"]`, or as docker sends it, `a:1,b:2`; names are divided from addresses by `=`.
  private static func list(_ text: String) -> [String] {
    var entries = text.split(separator: ",").map(String.init)
    if case .array(let values) = (try? JSONValue(parsing: text)) ?? .null {
      entries = values.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }
    return entries.map { entry in
      guard let mark = entry.firstIndex(where: { $0 == ":" || $0 == "=" }) else { return entry }
      return "\(entry[..<mark])=\(entry[entry.index(after: mark)...])"
    }
  }

  private func buildRegistries(_ x: Exchange) throws -> Registries {
    // `X-Registry-Config` has credentials for any number of registries.
    try registries(x, configuration: x.headers.first(name: "X-Registry-Config"))
  }

  private static func tell(_ event: BuildEvent, _ progress: ProgressStream) {
    switch event {
    case .began(let step, let title, _): progress.stream("Step \(step) : \(title)\n")
    // As docker tells the two apart.
    case .output(_, let line, let isError): progress.stream(isError ? "\u{1B}[91m\(line)\n\u{1B}[0m" : line + "\n")
    case .cached: progress.stream(" ---> Using cache\n")
    case .warned(let warning): progress.stream("[Warning] \(warning)\n")
    case .done, .failed, .explained: break
    }
  }

  func pruneBuilds(_ x: Exchange, _ r: Exchange.Route) throws {
    let all = r.query.isOn("all")
    let words = try Filters(r.query["filters"]).terms.flatMap { key, values in values.map { "\(key)=\($0)" } }
    let filter = try CacheFilter(words) { try self.moment($0) ?? Timestamp(nanoseconds: 0) }
    let keep = try ["keep-storage", "reserved-space", "max-used-space"].compactMap { try r.query.integer($0) }.max()
    guard try r.query.integer("min-free-space") ?? 0 == 0 else {
      throw APIError.badRequest("min-free-space is not there: say how much is kept, with max-used-space")
    }
    let result = try BuildCache(engine).prune(keep: keep.flatMap { $0 > 0 ? Int64($0) : nil }) {
      filter.accepts($0) && (all || filter.namesType || $0.kind != .folder && !$0.isShared)
    }
    let deleted = JSONValue.array(result.records.map { .string($0.id) })
    x.respond(
      200,
      .object(["CachesDeleted": result.records.isEmpty ? .null : deleted, "SpaceReclaimed": .integer(result.reclaimed)])
    )
  }
}

/// The folder of a context that came as an archive, for as long as its build's session lasts.
struct BuildContextFolder {
  let session: BuildSession
  private let path: String
  private var files: String
  /// Where the context is nothing else.
  private var text: DockerfileText?

  init(_ session: BuildSession) throws {
    self.session = session
    path = try session.newFolder()
    files = "\(path)/files"
    try makeDirectories(files)
  }

  mutating func replace(by context: RemoteContext) throws {
    files = context.folder
    text = context.dockerfile
  }

  /// Every entry is resolved inside of the folder.
  func unpack(_ source: Descriptor) throws {
    let archive = try Descriptor.open("\(path)/archive", [.readWrite, .create, .exclusive], mode: 0o600)
    while case let bytes = try source.read(upTo: 256 << 10), !bytes.isEmpty { try archive.writeAll(bytes) }
    let folder = try Descriptor.open(files, [.directory])
    do { try ArchiveUnpacking.unpack(archive, into: folder) } catch {
      throw APIError.badRequest("Error processing tar file: \(Failure(error).message)")
    }
  }

  func dockerfile(_ name: String) throws -> DockerfileText {
    if let text { return text }
    let folder = try Descriptor.open(files, .anchor)
    do {
      let file = try folder.openInRoot(name)
      return DockerfileText(file: name, bytes: try file.readAll(limit: 16 << 20))
    } catch {
      throw APIError.badRequest("Cannot locate specified Dockerfile: \(name)")
    }
  }

  func context(_ dockerfile: String) throws -> BuildContext {
    for name in ["\(dockerfile).dockerignore", ".dockerignore"] {
      let file = "\(files)/\(name)"
      guard (try? FileStatus.of(file, following: false))?.kind == .regular else { continue }
      do {
        return BuildContext(folder: files, ignored: try IgnoreRules(file: try readText(file)))
      } catch let error as WordLexer.SyntaxError { throw APIError.badRequest("\(name): \(error.description)") }
    }
    return BuildContext(folder: files)
  }
}
