import Arguments
import Building
import Diagnostics
import Engine
import Presentation

/// `davit builder …`, as `docker builder …`.
enum BuilderCommands {
  static var group: Command {
    .group(
      "builder", "Manage builds",
      [
        Command(
          "prune", "Remove build cache",
          flags: [
            .boolean("all", "a", "Remove the folders of cache mounts, too"),
            .list("filter", nil, "Provide filter values").refused(because: "the cache is removed as a whole yet"),
            .boolean("force", "f", "Do not prompt for confirmation"),
            .text("keep-storage", nil, "Amount of disk space to keep for cache")
              .refused(because: "the cache is removed as a whole yet"),
          ]
        ) { try prune(Invocation($0)) }
      ])
  }

  private static func prune(_ invocation: Invocation) throws -> Int32 {
    if !invocation.arguments.boolean("force") {
      Output.error.write("WARNING! This will remove all build cache.\nAre you sure you want to continue? [y/N] ")
      guard ["y", "yes"].contains((readLine() ?? "").lowercased()) else { return ExitStatus.success }
    }
    let result = try BuildCache(try invocation.engine()).prune(folders: invocation.arguments.boolean("all"))
    Output.standard.print("Removed steps: \(result.steps)")
    if result.folders > 0 { Output.standard.print("Removed cache folders: \(result.folders)") }
    Output.standard.print("Total reclaimed space: \(HumanSize.decimal(result.reclaimed))")
    return ExitStatus.success
  }
}
