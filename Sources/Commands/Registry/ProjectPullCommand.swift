import Arguments
import Diagnostics
import Engine
import Reconciling

/// `davit compose pull`, as `docker compose pull`.
enum ProjectPullCommand {
  static var command: Command {
    Command(
      "pull", "Pull service images", usage: "[OPTIONS] [SERVICE...]",
      flags: [
        .boolean("ignore-buildable", nil, "Ignore images that can be built"),
        .boolean("ignore-pull-failures", nil, "Pull what it can and ignores images with pull failures"),
        .boolean("include-deps", nil, "Also pull services declared as dependencies"),
        .boolean("no-parallel", nil, "Pull one image after another").hidden,
        .boolean("parallel", nil, "Pull images side by side", initially: true).hidden,
        .text(
          "policy", nil, "Apply pull policy (\"missing\"|\"always\")", values: .words(["missing", "always"])),
        .boolean("quiet", "q", "Pull without printing progress information"),
      ], arity: .atLeast(0), positionals: [.services]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let policy = arguments.text("policy")
    if let policy, !["missing", "always"].contains(policy) {
      throw Failure(.invalidInput, "unsupported pull policy: \(policy)", subject: "--policy", hint: "missing or always")
    }
    let project = try invocation.project(services: arguments.positionals)
    let images = ProjectImages(invocation: invocation, store: try invocation.engine().images)
    let services = project.services.filter {
      arguments.positionals.isEmpty || arguments.boolean("include-deps") || arguments.positionals.contains($0.name)
    }
    // Who asks for it gets it now, however long the policy would wait.
    let wanted = try images.wanted(services) { service in
      if arguments.boolean("ignore-buildable"), service.workload.build != nil { return false }
      guard let text = policy ?? service.workload.container.pullPolicy else { return true }
      switch try PullPolicy(text) {
      case .always, .refresh: return true
      case .never, .build: return false
      case .missing: return try !images.state(of: service).isPresent
      }
    }
    if invocation.isRehearsal {
      return try invocation.rehearse(wanted.map { "Image \($0.image)" }, ("Pulling", "Pulled"))
    }
    let failed = try images.pull(
      wanted, quiet: arguments.boolean("quiet"),
      limit: arguments.boolean("no-parallel") || !arguments.boolean("parallel") ? 1 : ProjectImages.parallelImages)
    let buildable = failed.filter(\.0.isBuildable).flatMap(\.0.services)
    if !buildable.isEmpty {
      invocation.warn("some service images must be built from source: \(buildable.joined(separator: " "))")
    }
    if arguments.boolean("ignore-pull-failures") {
      invocation.warn(failed.filter { !$0.0.isBuildable }.map { Warning($0.1.description) })
      return ExitStatus.success
    }
    guard failed.isEmpty else { throw Failures(failed.map(\.1)) }
    return ExitStatus.success
  }
}
