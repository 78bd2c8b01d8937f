import Arguments
import Building
import Diagnostics
import Dockerfile
import Linux
import OCI

/// `davit build PATH`, as `docker build` and `docker buildx build`.
enum BuildCommand {
  static var command: Command {
    var command = Command(
      "build", "Build an image from a Dockerfile", usage: "[OPTIONS] PATH | URL | -", flags: flags, arity: 1...1,
      positionals: [.directories]
    ) { try run(Invocation($0)) }
    command.details = "The images of a project are built by `davit compose build`."
    return command
  }

  private static let flags: [Flag] =
    [
      .list("add-host", nil, "Add a custom host-to-IP mapping (format: \"host:ip\")"),
      .list("allow", nil, "Allow extra privileged entitlement (e.g., \"network.host\", \"security.insecure\")"),
      .list("annotation", nil, "Add annotation to the image"),
      .list("build-arg", nil, "Set build-time variables"),
      .list("build-context", nil, "Additional build contexts (e.g., name=path)"),
      .list("cache-from", nil, "External cache sources (e.g., \"user/app:cache\", \"type=local,src=path/to/dir\")"),
      .list("cache-to", nil, "Cache export destinations (e.g., \"user/app:cache\", \"type=local,dest=path/to/dir\")"),
      .boolean("check", nil, "Check the Dockerfile instead of building"),
      .text(
        "call", nil, "Set method for evaluating build (\"check\", \"build\")", values: .words(["build", "check"])
      ).hidden,
      .list("attest", nil, "Attestation parameters (format: \"type=sbom,generator=image\")"),
      .boolean("explain", nil, "Say for each step why it was cached or not"),
      .list(
        "file", "f", "Name of the Dockerfile (default: \"PATH/Dockerfile\")", placeholder: "string", values: .files),
      .boolean("force-rm", nil, "Always remove intermediate containers").hidden,
      .text("iidfile", nil, "Write the image ID to a file", values: .files),
      .list("label", nil, "Set metadata for an image"),
      .boolean("load", nil, "Shorthand for \"--output=type=docker\""),
      .text("metadata-file", nil, "Write build result metadata to a file", values: .files),
      .text("network", nil, "Set the networking mode for the \"RUN\" instructions during build", initially: "default"),
      .boolean("no-cache", nil, "Do not use cache when building the image"),
      .list("no-cache-filter", nil, "Do not cache specified stages"),
      .list("output", "o", "Output destination (format: \"type=local,dest=path\")"),
      .list("platform", nil, "Set target platform for build"),
      .text("provenance", nil, "Shorthand for \"--attest=type=provenance\""),
      .text(
        "progress", nil, "Set type of progress output (\"auto\", \"plain\", \"quiet\", \"rawjson\")",
        values: .words(["auto", "plain", "quiet", "rawjson"])
      ).showing(initial: "auto"),
      .boolean("pull", nil, "Always attempt to pull a newer version of base images"),
      .boolean("push", nil, "Shorthand for \"--output=type=registry\""),
      .boolean("quiet", "q", "Suppress the build output and print image ID on success"),
      .boolean("rm", nil, "Remove intermediate containers after a successful build", initially: true).hidden,
      .text("sbom", nil, "Shorthand for \"--attest=type=sbom\""),
      .list("secret", nil, "Secret to expose to the build (format: \"id=mysecret[,src=/local/secret]\")"),
      .boolean("shell-on-failure", nil, "Open a shell where a step failed"),
      .text("shm-size", nil, "Shared memory size for build containers"),
      .list("ssh", nil, "SSH agent socket or keys to expose to the build (format: \"default|<id>[=<socket>|<key>]\")"),
      .list("tag", "t", "Image identifier (format: \"[registry/]repository[:tag]\")"),
      .text("target", nil, "Set the target build stage to build"),
      .list("ulimit", nil, "Ulimit options"),
      .boolean("verify", nil, "Build twice without cache, and compare"),
    ]
    + [
      Flag.text("cgroup-parent", nil, "Set the parent cgroup for the \"RUN\" instructions during build")
        .refused(because: "build containers are in Davit's own cgroup"),
      Flag.boolean("squash", nil, "Squash layers").refused(because: "layers are not squashed"),
      Flag.text("builder", nil, "Override the configured builder instance").refused(because: "there is one builder"),
    ].map(\.hidden)

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let session = BuildPlace(invocation)
    var request = try BuildSource(invocation, session).request(
      arguments.positionals[0], file: dockerfile(arguments), contexts: arguments.list("build-context"))
    request.arguments = try BuildFlags.pairs(arguments.list("build-arg"), invocation)
    request.target = arguments.text("target")
    let platforms = try platforms(arguments.list("platform"), invocation.variable("DOCKER_DEFAULT_PLATFORM"))
    request.platform = platforms.first
    if arguments.boolean("check") || arguments.text("call") == "check" {
      return try CheckReport(request, session.engineIfPrivileged).print()
    }
    request.labels = BuildFlags.labels(arguments.list("label"))
    request.names = try arguments.list("tag").map { try Reference($0).tagged }
    request.annotations = BuildFlags.annotations(arguments.list("annotation"))
    request.usesCache = !arguments.boolean("no-cache")
    request.uncachedStages = Set(
      arguments.list("no-cache-filter").flatMap { $0.lowercased().split(separator: ",") }.map(String.init))
    request.extraHosts = try arguments.list("add-host").map(BuildFlags.host)
    request.sharedMemory = try arguments.text("shm-size").map(BuildFlags.bytes)
    request.ulimits = try BuildFlags.ulimits(arguments.list("ulimit"))
    request.secrets = try BuildFlags.secrets(arguments.list("secret"), invocation)
    request.agents = try BuildFlags.agents(arguments.list("ssh"), invocation)
    request.epoch = try BuildFlags.epoch(
      request.arguments["SOURCE_DATE_EPOCH"] ?? invocation.variable("SOURCE_DATE_EPOCH"))
    request.allowed = try BuildFlags.entitlements(arguments.list("allow"))
    request.network = try BuildFlags.network(arguments.text("network") ?? "default", &request.allowed)
    request.explains = arguments.boolean("explain")
    request.attestations = try AttestationFlags.options(
      arguments.list("attest"), provenance: arguments.text("provenance"), sbom: arguments.text("sbom"))
    var run = BuildRun(invocation: invocation, place: session, request: request)
    run.platforms = platforms
    run.progress = try progress(arguments)
    run.outputs = try outputs(arguments)
    run.cacheSources = try arguments.list("cache-from").map { try CacheSpecification($0, isTarget: false) }
    run.cacheTargets = try arguments.list("cache-to").map { try CacheSpecification($0, isTarget: true) }
    try run.check()
    if arguments.boolean("verify") { return try run.verify() }
    let stored = try run.build()
    if let stored, let path = arguments.text("iidfile") {
      try writeAtomically(Array(stored.id.description.utf8), to: path)
    }
    if let stored, let path = arguments.text("metadata-file") { try run.writeMetadata(of: stored, to: path) }
    if let stored, run.progress == .quiet { Output.standard.print(stored.id.description) }
    return ExitStatus.success
  }

  /// `-f` is a project's files elsewhere, of which there may be several.
  private static func dockerfile(_ arguments: ParsedArguments) throws -> String? {
    let files = arguments.list("file")
    guard files.count < 2 else { throw Failure(.invalidInput, "an image has one Dockerfile", subject: "--file") }
    return files.first
  }

  private static func progress(_ arguments: ParsedArguments) throws -> BuildProgress.Form {
    switch arguments.text("progress") {
    case "quiet": return .quiet
    case "rawjson": return .rawJSON
    case nil, "auto", "plain", "tty": return arguments.boolean("quiet") ? .quiet : .plain
    case let other?:
      throw Failure(
        .invalidInput, "unsupported progress type \(other)", subject: "--progress",
        hint: "use auto, plain, quiet, rawjson")
    }
  }

  /// Each once, in the order in which they are named.
  static func platforms(_ texts: [String], _ standard: String?) throws -> [Platform] {
    let words = (texts.isEmpty ? [standard].compactMap(\.self) : texts).flatMap { $0.split(separator: ",") }
    var platforms: [Platform] = []
    for word in words {
      let platform = word == "local" ? Platform.host : try Platform(String(word))
      if !platforms.contains(platform) { platforms.append(platform) }
    }
    return platforms
  }

  private static func outputs(_ arguments: ParsedArguments) throws -> [OutputSpecification] {
    var outputs = try arguments.list("output").map { try OutputSpecification($0) }
    if arguments.boolean("push") {
      if let index = outputs.firstIndex(where: { $0.kind == .image }) {
        outputs[index].pushes = true
      } else {
        outputs.append(try OutputSpecification("type=registry"))
      }
    }
    if arguments.boolean("load") { outputs.append(try OutputSpecification("type=docker")) }
    return outputs
  }
}
