import Arguments

/// What stands before the subcommand, with the names and meanings of docker compose.
enum GlobalFlags {
  static let all: [Flag] = [
    dryRun,
    .boolean("all-resources", nil, "Include all resources, even those not used by services"),
    .text(
      "ansi", nil, "Control when to print ANSI control characters (\"never\"|\"always\"|\"auto\")",
      values: .words(["never", "always", "auto"])
    ).showing(initial: "auto"),
    .boolean("compatibility", nil, "Name containers with underscores, as docker-compose 1 did"),
    .list("env-file", nil, "Specify an alternate environment file", values: .files),
    .list("file", "f", "Compose configuration files", values: .files),
    .boolean("no-ansi", nil, "Do not print ANSI control characters").hidden,
    .list("insecure-registry", nil, "Use plain http or an unknown certificate with this registry").hidden,
    .integer("parallel", nil, "Control max parallelism, -1 for as much as this machine has use for", initially: -1),
    .list("profile", nil, "Specify a profile to enable", values: .query(["config", "--profiles"])),
    .text(
      "progress", nil, "Set type of progress output (auto, tty, plain, json, quiet)",
      values: .words(["auto", "tty", "plain", "json", "quiet"])
    ).showing(initial: "auto"),
    .text(
      "project-directory", nil,
      "Specify an alternate working directory (default: the path of the, first specified, Compose file)",
      values: .directories),
    .boolean("verbose", nil, "Say which files and settings a project is made of").hidden,
    .text("workdir", nil, "The former name of --project-directory", values: .directories).hidden,
    .text("project-name", "p", "Project name", values: .query(["ls", "-a", "-q"])),
  ]

  /// Stands before or behind a project's verb.
  static let dryRun = Flag.boolean("dry-run", nil, "Execute command in dry run mode")
}
