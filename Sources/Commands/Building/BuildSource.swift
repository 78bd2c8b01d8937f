import Building
import Diagnostics
import Dockerfile
import Git
import Glibc
import HTTP
import Images
import Linux
import OCI

/// Finds the Dockerfile and the contexts that a command line names.
struct BuildSource {
  private let invocation: Invocation
  private let place: BuildPlace

  init(_ invocation: Invocation, _ place: BuildPlace) {
    self.invocation = invocation
    self.place = place
  }

  /// - Parameter file: of the Dockerfile; `-`: standard input.
  func request(_ context: String, file: String?, contexts: [String]) throws -> BuildRequest {
    var (text, opened) = try source(context, file: file)
    if let named = contexts.first(where: { $0.hasPrefix("context=") }) {
      opened = try folder(String(named.dropFirst(8)))
    }
    var request = BuildRequest(text, context: opened)
    for text in contexts { try add(text, to: &request) }
    return request
  }

  /// With a Dockerfile that stands elsewhere.
  func request(_ context: String, inline: DockerfileText, contexts: [String]) throws -> BuildRequest {
    var request = BuildRequest(inline, context: try folder(context))
    for text in contexts { try add(text, to: &request) }
    return request
  }

  private func source(_ context: String, file: String?) throws -> (DockerfileText, BuildContext) {
    if context == "-" {
      guard file != "-" else {
        throw Failure(.invalidInput, "invalid argument: can't use stdin for both build context and dockerfile")
      }
      return try standardInput(file)
    }
    if let address = try GitAddress.parse(context) {
      return try inside(try checkOut(address), file, name: context)
    }
    if context.hasPrefix("http://") || context.hasPrefix("https://") {
      let (_, session) = try place.open()
      let path = try session.fetch(context, client())
      return try archiveOrText(Descriptor.open(path), file, name: context)
    }
    if file == "-" {
      return (
        DockerfileText(file: "Dockerfile", bytes: try Descriptor.borrowing(0).readAll()),
        try BuildFiles.context(context, dockerfile: nil)
      )
    }
    let path = try BuildFiles.dockerfile(file, in: context)
    return (DockerfileText(file: path, bytes: try readFile(path)), try BuildFiles.context(context, dockerfile: path))
  }

  private func standardInput(_ file: String?) throws -> (DockerfileText, BuildContext) {
    guard isatty(0) == 0 else {
      throw Failure(.invalidInput, "a Dockerfile or an archive on standard input is wanted, but that is a terminal")
    }
    // Seekable, to look at its beginning.
    let input = try Descriptor.scratchFile("context")
    try Descriptor.borrowing(0).copyContent(to: input)
    try input.seek(to: 0)
    return try archiveOrText(input, file, name: "Dockerfile")
  }

  private func archiveOrText(_ input: Descriptor, _ file: String?, name: String) throws -> (
    DockerfileText, BuildContext
  ) {
    if try ArchiveUnpacking.isArchive(input) {
      let (_, session) = try place.open()
      return try inside(try session.unpackContext(input), file, name: nil)
    }
    if file != nil {
      throw Failure(.invalidInput, "--file names a Dockerfile in an archive, but this is none", subject: name)
    }
    return (DockerfileText(file: name, bytes: try input.readAll()), BuildContext(folder: try empty()))
  }

  private func empty() throws -> String { try place.open().session.newFolder() }

  /// A Dockerfile in a context that was brought here.
  private func inside(_ folder: String, _ file: String?, name: String?) throws -> (DockerfileText, BuildContext) {
    let root = try Descriptor.open(folder, .anchor)
    let wanted = file ?? (((try? root.status(of: "Dockerfile")) == nil) ? "dockerfile" : "Dockerfile")
    guard let opened = try? root.openInRoot(wanted) else {
      throw Failure(.notFound, "the context has no \(file ?? "Dockerfile")", subject: name ?? "context")
    }
    return (
      DockerfileText(file: file ?? "Dockerfile", bytes: try opened.readAll()),
      try BuildFiles.context(folder, dockerfile: "\(folder)/\(wanted)")
    )
  }

  private func checkOut(_ address: GitAddress) throws -> String {
    try place.open().session.checkOut(
      address, environment: invocation.environment, agent: invocation.variable("SSH_AUTH_SOCK"))
  }

  private func client() -> Client {
    Client(userAgent: "davit/\(Program.version)", proxies: Proxies(environment: invocation.environment))
  }

  // MARK: Named contexts

  /// `name=place`: a folder, an image, a layout, a repository or an archive elsewhere.
  func add(_ text: String, to request: inout BuildRequest) throws {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw Failure(.invalidInput, "invalid context value: \(text), expected key=value", subject: "--build-context")
    }
    try add(parts[0], parts[1], to: &request)
  }

  func add(_ name: String, _ place: String, to request: inout BuildRequest) throws {
    if name == "context" { return }
    if place.hasPrefix("docker-image://") {
      request.imageContexts[name] = String(place.dropFirst(15))
    } else if place.hasPrefix("oci-layout://") {
      request.imageContexts[name] = try layout(String(place.dropFirst(13)))
    } else {
      request.namedContexts[name] = try folder(place)
    }
  }

  private func folder(_ place: String) throws -> BuildContext {
    if let address = try GitAddress.parse(place) { return BuildContext(folder: try checkOut(address)) }
    if place.hasPrefix("http://") || place.hasPrefix("https://") {
      let (_, session) = try self.place.open()
      return BuildContext(
        folder: try session.unpackContext(Descriptor.open(session.fetch(place, client()))))
    }
    guard !place.contains("://") else {
      throw Failure(
        .unsupported, "there are no contexts of this kind: \(place)", subject: "--build-context",
        hint: "a folder, docker-image://, oci-layout://, a git repository or the address of an archive")
    }
    return try BuildFiles.context(place, dockerfile: nil)
  }

  /// Loads one image of a layout. `folder:tag`, `folder@digest`
  private func layout(_ text: String) throws -> String {
    let engine = try place.open().engine
    let source = text.firstRange(of: "@").map { String(text[..<$0.lowerBound]) } ?? text
    let loaded = try engine.images.load(LoadRequest(.path(source), admit: invocation.registries(nil).admit))
    guard let image = loaded.images.first, loaded.images.count == 1 else {
      throw Failure(
        .invalidInput, "the layout holds \(loaded.images.count) images", subject: "oci-layout://\(text)",
        hint: "name one: oci-layout://folder:tag")
    }
    return image.id.description
  }
}
