import YAML

/// The type that a string becomes after interpolation, where the attribute wants one.
enum Cast: Sendable {
  case integer, float, boolean

  static let table: PathTable<Cast> = [
    "services.*.cpu_count": .integer,
    "services.*.cpu_percent": .float,
    "services.*.cpu_period": .integer,
    "services.*.cpu_quota": .integer,
    "services.*.cpu_rt_period": .integer,
    "services.*.cpu_rt_runtime": .integer,
    "services.*.cpus": .float,
    "services.*.cpu_shares": .integer,
    "services.*.init": .boolean,
    "services.*.depends_on.*.required": .boolean,
    "services.*.depends_on.*.restart": .boolean,
    "services.*.deploy.replicas": .integer,
    "services.*.deploy.update_config.parallelism": .integer,
    "services.*.deploy.update_config.max_failure_ratio": .float,
    "services.*.deploy.rollback_config.parallelism": .integer,
    "services.*.deploy.rollback_config.max_failure_ratio": .float,
    "services.*.deploy.restart_policy.max_attempts": .integer,
    "services.*.deploy.placement.max_replicas_per_node": .integer,
    "services.*.healthcheck.retries": .integer,
    "services.*.healthcheck.disable": .boolean,
    "services.*.oom_kill_disable": .boolean,
    "services.*.oom_score_adj": .integer,
    "services.*.pids_limit": .integer,
    "services.*.ports.*.target": .integer,
    "services.*.privileged": .boolean,
    "services.*.read_only": .boolean,
    "services.*.scale": .integer,
    "services.*.stdin_open": .boolean,
    "services.*.tty": .boolean,
    "services.*.ulimits.*": .integer,
    "services.*.ulimits.*.hard": .integer,
    "services.*.ulimits.*.soft": .integer,
    "services.*.volumes.*.read_only": .boolean,
    "services.*.volumes.*.volume.nocopy": .boolean,
    "networks.*.external": .boolean,
    "networks.*.internal": .boolean,
    "networks.*.attachable": .boolean,
    "networks.*.enable_ipv4": .boolean,
    "networks.*.enable_ipv6": .boolean,
    "volumes.*.external": .boolean,
    "secrets.*.external": .boolean,
    "configs.*.external": .boolean,
  ]

  /// What a value must be, in words.
  var wanted: String {
    switch self {
    case .integer: "an integer"
    case .float: "a number"
    case .boolean: "true or false"
    }
  }

  func value(of text: String) -> Node.Value? {
    switch self {
    case .integer: return Int(text).map(Node.Value.int)
    case .float: return GoFormat.parseFloat(text).map(Node.Value.float)
    case .boolean: return Self.boolean(text).map(Node.Value.bool)
    }
  }

  /// The words of http://yaml.org/type/bool.html, which files written for older tools still use.
  static func boolean(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "y", "yes", "on": true
    case "false", "n", "no", "off": false
    default: nil
    }
  }
}
