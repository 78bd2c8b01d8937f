import Arguments
import Diagnostics
import Planning

extension Invocation {
  /// The flags that `up`, `plan` and `create` share.
  static let convergence: [Flag] = [
    .boolean(
      "always-recreate-deps", nil, "Recreate dependent containers. Incompatible with --no-recreate."),
    .build,
    .boolean("locked", nil, "Run exactly what davit.lock says, and refuse anything else"),
    .boolean(
      "force-recreate", nil, "Recreate containers even if their configuration and image haven't changed"),
    .noBuild,
    .boolean("no-deps", nil, "Don't start linked services"),
    .boolean(
      "no-recreate", nil, "If containers already exist, don't recreate them. Incompatible with --force-recreate."),
    .pull, .quietPull,
    .list(
      "replace", nil, "Recreate this service even if its configuration and image haven't changed", values: .services),
    .list("target", nil, "Only this service and what it depends on, like naming it", values: .services),
    .boolean("recreate-volumes", nil, "Recreate volumes whose definition has changed. Their data is lost."),
    .removeOrphans,
    .boolean(
      "renew-anon-volumes", "V", "Recreate anonymous volumes instead of retrieving data from the previous containers"),
    .boolean(
      "rerun-completed", nil,
      "Start services again that ran to success and have no restart policy. An attached up always does."),
    .scale,
    .integer(
      "timeout", "t",
      "Use this timeout in seconds for container shutdown when attached or when containers are already running"),
    .yes,
  ]

  /// The services that a command is about, however they are named; empty: all.
  var targets: [String] {
    arguments.positionals + (arguments.hasFlag("target") ? arguments.list("target") : [])
  }

  func upOptions(scale: [String: Int]) throws -> UpOptions {
    func refuse(_ one: String, _ other: String) throws {
      if arguments.boolean(one) && arguments.boolean(other) {
        throw Failure(.invalidInput, "--\(one) and --\(other) are incompatible")
      }
    }
    try refuse("force-recreate", "no-recreate")
    if arguments.boolean("no-recreate"), !arguments.list("replace").isEmpty {
      throw Failure(.invalidInput, "--no-recreate and --replace are incompatible")
    }
    try refuse("always-recreate-deps", "no-recreate")
    try refuse("no-recreate", "renew-anon-volumes")
    try refuse("build", "no-build")
    let policies = ["always", "missing", "if_not_present", "never", "build", "policy"]
    if let policy = arguments.text("pull"), !policies.contains(policy) {
      throw Failure(
        .invalidInput, "invalid --pull option \"\(policy)\"", hint: "use \(policies.joined(separator: ", "))")
    }
    var options = UpOptions()
    options.services = targets
    options.replace = arguments.list("replace")
    if let stranger = options.replace.first(where: { !targets.isEmpty && !targets.contains($0) }) {
      throw Failure(
        .invalidInput, "service \(stranger) is to be replaced and is not among those that were named",
        subject: "--replace")
    }
    options.noDependencies = arguments.boolean("no-deps")
    // New anonymous volumes need new containers.
    options.forceRecreate = arguments.boolean("force-recreate") || arguments.boolean("renew-anon-volumes")
    options.noRecreate = arguments.boolean("no-recreate")
    options.alwaysRecreateDependencies = arguments.boolean("always-recreate-deps")
    options.renewAnonymousVolumes = arguments.boolean("renew-anon-volumes")
    options.recreateVolumes = arguments.boolean("recreate-volumes")
    options.removeOrphans =
      arguments.isGiven("remove-orphans") ? arguments.boolean("remove-orphans") : isOn("COMPOSE_REMOVE_ORPHANS")
    options.rerunCompleted = arguments.boolean("rerun-completed")
    options.timeout = try seconds("timeout")
    options.scale = scale
    if options.removeOrphans && isOn("COMPOSE_IGNORE_ORPHANS") {
      throw Failure(.invalidInput, "cannot combine COMPOSE_IGNORE_ORPHANS and --remove-orphans")
    }
    return options
  }

  /// What a plan warns of, unless the environment says that a part of it is known.
  func warnings(of plan: Plan) -> [String] {
    isOn("COMPOSE_IGNORE_ORPHANS") ? plan.warnings.filter { !$0.lowercased().contains("orphan") } : plan.warnings
  }
}
