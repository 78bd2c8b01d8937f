import Arguments
import Diagnostics
import Engine
import Images
import Presentation

/// `davit image prune`, as `docker image prune`.
enum ImagePruneCommand {
  static var command: Command {
    Command(
      "prune", "Remove unused images",
      flags: [
        .boolean("all", "a", "Remove all unused images, not just dangling ones"),
        .list("filter", nil, "Provide filter values (e.g. \"until=<timestamp>\")", placeholder: "filter"),
        .boolean("force", "f", "Do not prompt for confirmation"),
      ]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let all = invocation.arguments.boolean("all")
    let filter = try ImageFilter(words: invocation.arguments.list("filter"), known: ImageFilter.Key.pruning)
    let what = all ? "all images without at least one container associated to them" : "all dangling images"
    guard invocation.confirms("WARNING! This will remove \(what).\n") else { return ExitStatus.success }
    let engine = try invocation.engine()
    let result = try engine.images.prune(all: all, filter, uses: engine.imageUses)
    Output.standard.write(text(of: result))
    Output.standard.print("Total reclaimed space: \(HumanSize.decimal(result.reclaimed, digits: 4))")
    return ExitStatus.success
  }

  /// Docker's list of what went, with an empty line behind it; nothing where nothing did.
  static func text(of result: PruneResult) -> String {
    guard !result.removals.isEmpty else { return "" }
    return "Deleted Images:\n" + result.removals.map { "\($0.pruned)\n" }.joined() + "\n"
  }
}

extension Removal {
  /// `untagged: app:1`, `deleted: sha256:…`
  var pruned: String {
    let text = description
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}

extension Invocation {
  /// Asks whether something shall be done that cannot be undone, unless `--force` says so.
  func confirms(_ warning: String) -> Bool {
    if arguments.boolean("force") { return true }
    Output.standard.write("\(warning)Are you sure you want to continue? [y/N] ")
    return ["y", "yes"].contains((readLine() ?? "").lowercased())
  }
}
