import Arguments
import Building
import Diagnostics
import Dockerfile
import Engine
import Glibc
import Images
import Linux
import OCI

/// `davit build PATH`, as `docker build`.
enum BuildCommand {
  static var command: Command {
    var command = Command(
      "build", "Build an image from a Dockerfile", usage: "[OPTIONS] PATH | -", flags: flags, arity: 1...1,
      positionals: [.directories]
    ) { try run(Invocation($0)) }
    command.details = "The images of a project are built by `davit compose build`."
    return command
  }

  private static let flags: [Flag] =
    [
      .list("add-host", nil, "Add a custom host-to-IP mapping (format: \"host:ip\")"),
      .list("build-arg", nil, "Set build-time variables"),
      .list("build-context", nil, "Additional build contexts (e.g., name=path)"),
      .boolean("check", nil, "Check the Dockerfile instead of building"),
      .boolean("force-rm", nil, "Always remove intermediate containers").hidden,
      .list(
        "file", "f", "Name of the Dockerfile (default: \"PATH/Dockerfile\")", placeholder: "string", values: .files),
      .text(
        "progress", nil, "Set type of progress output (\"auto\", \"plain\", \"quiet\")",
        values: .words(["auto", "plain", "quiet"])
      ).showing(initial: "auto"),
      .text("iidfile", nil, "Write the image ID to a file", values: .files),
      .list("label", nil, "Set metadata for an image"),
      .boolean("load", nil, "The image is always loaded").hidden,
      .text("network", nil, "Set the networking mode for the \"RUN\" instructions during build", initially: "default"),
      .boolean("no-cache", nil, "Do not use cache when building the image"),
      .text("platform", nil, "Set target platform for build"),
      .boolean("quiet", "q", "Suppress the build output and print image ID on success"),
      .boolean("rm", nil, "Remove intermediate containers after a successful build", initially: true).hidden,
      .list("secret", nil, "Secret to expose to the build (format: \"id=mysecret[,src=/local/secret]\")"),
      .text("shm-size", nil, "Shared memory size for build containers"),
      .list("tag", "t", "Image identifier (format: \"[registry/]repository[:tag]\")"),
      .text("target", nil, "Set the target build stage to build"),
    ]
    + [
      ("annotation", "annotations are not written yet"), ("attest", "attestations are not made"),
      ("cache-from", "only the cache of this machine is used yet"),
      ("cache-to", "only the cache of this machine is used yet"),
      ("cgroup-parent", "build containers are in Davit's own cgroup"),
      ("metadata-file", "there is no metadata file yet; --iidfile writes the image's id"),
      ("no-cache-filter", "there is only --no-cache yet"), ("output", "a build ends in this machine's images yet"),
      ("ssh", "keys of an SSH agent cannot be handed to builds yet"), ("ulimit", "ulimits of builds are not there yet"),
    ].map { name, reason in Flag.list(name, nil, "Not there yet").refused(because: reason).hidden }
    + [
      Flag.boolean("push", nil, "Push the image").refused(because: "push it with `davit push` afterwards"),
      Flag.boolean("squash", nil, "Squash layers").refused(because: "layers are not squashed"),
    ].map(\.hidden) + [Flag.boolean("pull", nil, "Always attempt to pull a newer version of base images")]

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    try checkPlatform(arguments.text("platform"))
    let place = arguments.positionals[0]
    let (text, context) = try source(place, file: dockerfile(arguments))
    if arguments.boolean("check") {
      _ = try text.recipe()
      Output.standard.print("Check complete, no errors found.")
      return ExitStatus.success
    }
    var request = BuildRequest(text, context: context)
    request.arguments = try BuildFlags.pairs(arguments.list("build-arg"), invocation)
    request.labels = BuildFlags.labels(arguments.list("label"))
    request.target = arguments.text("target")
    request.names = try arguments.list("tag").map { try Reference($0).tagged }
    request.usesCache = !arguments.boolean("no-cache")
    request.extraHosts = try arguments.list("add-host").map(BuildFlags.host)
    request.sharedMemory = try arguments.text("shm-size").map(BuildFlags.bytes)
    request.secrets = try BuildFlags.secrets(arguments.list("secret"), invocation)
    request.epoch = try BuildFlags.epoch(invocation.variable("SOURCE_DATE_EPOCH"))
    for text in arguments.list("build-context") {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2, parts[1].hasPrefix("docker-image://") {
        request.imageContexts[parts[0]] = String(parts[1].dropFirst(15))
        continue
      }
      guard parts.count == 2, !parts[1].contains("://") else {
        throw Failure(
          .unsupported, "only folders and images can be build contexts: \(text)", subject: "--build-context")
      }
      request.namedContexts[parts[0]] = try BuildFiles.context(parts[1], dockerfile: nil)
    }
    request.network = arguments.text("network") ?? "default"
    guard ["default", "none", "host"].contains(request.network) else {
      throw Failure(.unsupported, "builds know default, none and host", subject: "--network \(request.network)")
    }
    let isQuiet = try isQuiet(arguments)
    let image = try invocation.build(request, quiet: isQuiet)
    if let path = arguments.text("iidfile") { try writeAtomically(Array(image.id.description.utf8), to: path) }
    if isQuiet { Output.standard.print(image.id.description) }
    return ExitStatus.success
  }

  /// `-f` is a project's files elsewhere, of which there may be several.
  private static func dockerfile(_ arguments: ParsedArguments) throws -> String? {
    let files = arguments.list("file")
    guard files.count < 2 else { throw Failure(.invalidInput, "an image has one Dockerfile", subject: "--file") }
    return files.first
  }

  /// Lines are the one form of progress there is.
  private static func isQuiet(_ arguments: ParsedArguments) throws -> Bool {
    switch arguments.text("progress") {
    case "quiet": return true
    case nil, "auto", "plain", "tty": return arguments.boolean("quiet")
    case let other?:
      throw Failure(.unsupported, "builds tell their progress as plain or not at all", subject: "--progress \(other)")
    }
  }

  private static func checkPlatform(_ text: String?) throws {
    guard let text else { return }
    guard Platform.host.preference(of: try Platform(text)) != nil else {
      throw Failure(.unsupported, "only images for \(Platform.host) can be built here", subject: "--platform \(text)")
    }
  }

  /// The Dockerfile and the context that a command line names.
  private static func source(_ place: String, file: String?) throws -> (DockerfileText, BuildContext) {
    if place == "-" {
      guard isatty(0) == 0 else {
        throw Failure(.invalidInput, "a Dockerfile on standard input is wanted, but that is a terminal")
      }
      let bytes = try Descriptor.borrowing(0).readAll()
      guard !bytes.starts(with: [0x1F, 0x8B]), !bytes.dropFirst(257).starts(with: Array("ustar".utf8)) else {
        throw Failure(
          .unsupported, "a context in a tar archive is not there yet", hint: "unpack it and name the folder")
      }
      let empty = "/var/empty"
      if !FileStatus.exists(empty) { try makeDirectories(empty) }
      return (DockerfileText(file: "Dockerfile", bytes: bytes), BuildContext(folder: empty))
    }
    guard !place.contains("://"), !place.hasPrefix("git@") else {
      throw Failure(.unsupported, "only folders can be built yet", subject: place)
    }
    if file == "-" {
      return (
        DockerfileText(file: "Dockerfile", bytes: try Descriptor.borrowing(0).readAll()),
        try BuildFiles.context(place, dockerfile: nil)
      )
    }
    let path = try BuildFiles.dockerfile(file, in: place)
    return (
      DockerfileText(file: path, bytes: try readFile(path)), try BuildFiles.context(place, dockerfile: path)
    )
  }
}
