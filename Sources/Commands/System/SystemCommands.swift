import Arguments

/// `davit system …`, as `docker system …`.
enum SystemCommands {
  static var group: Command {
    .group("system", "Manage Davit", [DiskUsageCommand.command, SystemPruneCommand.command])
  }
}
