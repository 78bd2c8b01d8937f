import Arguments

/// Words that many subcommands share.
extension ValueSource {
  static let services = ValueSource.query(["config", "--services"])
  static let containers = ValueSource.query(["ps", "-a", "--format", "{{.Name}}"])
  static let images = ValueSource.query(["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"])
  static let networks = ValueSource.query(["network", "ls", "--format", "{{.Name}}"])
  static let volumes = ValueSource.query(["volume", "ls", "-q"])
  static let signals = ValueSource.words([
    "SIGHUP", "SIGINT", "SIGKILL", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2", "SIGWINCH",
  ])
}

extension Flag {
  static let timeout = Flag.integer("timeout", "t", "Specify a shutdown timeout in seconds")
  static let index = Flag.integer("index", nil, "Index of the container if service has multiple replicas")
  static let quietNames = Flag.boolean("quiet", "q", "Only display names")

  static func format(_ values: [String] = ["table", "json"]) -> Flag {
    .text(
      "format", nil,
      "Format output: 'table', 'table TEMPLATE', 'json' or a Go template", initially: "table", values: .words(values))
  }

  /// What creating containers shares between `up`, `create` and `run`.
  static let pull = Flag.text(
    "pull", nil, "Pull image before running (\"always\"|\"missing\"|\"never\"; \"policy\": as each service says)",
    values: .words(["always", "missing", "never", "policy"]))
  static let quietPull = Flag.boolean("quiet-pull", nil, "Pull without printing progress information").hidden
  static let build = Flag.boolean("build", nil, "Build images before starting containers")
  static let noBuild = Flag.boolean("no-build", nil, "Don't build an image, even if it's policy").hidden
  static let yes = Flag.boolean("yes", "y", "Assume \"yes\" as answer to all prompts").hidden.aliased("y")
  static let removeOrphans = Flag.boolean(
    "remove-orphans", nil, "Remove containers for services not defined in the Compose file")
  static let scale = Flag.list(
    "scale", nil, "Scale SERVICE to NUM instances. Overrides the scale setting in the Compose file if present.",
    placeholder: "scale")
}
