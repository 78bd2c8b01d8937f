import Arguments
import Building
import Diagnostics
import Engine
import Images
import Presentation

/// `davit system prune`, as `docker system prune`.
enum SystemPruneCommand {
  static var command: Command {
    Command(
      "prune", "Remove unused data",
      flags: [
        .boolean("all", "a", "Remove all unused images not just dangling ones"),
        .list("filter", nil, "Provide filter values (e.g. \"label=<key>=<value>\")", placeholder: "filter"),
        .boolean("force", "f", "Do not prompt for confirmation"),
        .boolean("volumes", nil, "Prune anonymous volumes"),
      ]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let (all, volumes) = (arguments.boolean("all"), arguments.boolean("volumes"))
    let words = arguments.list("filter")
    let images = try ImageFilter(words: words, known: [.label, .withoutLabel, .until])
    let labels = ["label": images.labels, "label!": images.withoutLabels].filter { !$0.value.isEmpty }
    if volumes, images.until != nil {
      throw Failure(.invalidInput, "the \"until\" filter is not supported with \"--volumes\"", subject: "--filter")
    }
    guard invocation.confirms(warning(all, volumes, words)) else { return ExitStatus.success }
    let engine = try invocation.engine()
    var reclaimed: Int64 = 0
    func tell(_ title: String, _ removed: [String], _ bytes: Int64 = 0) {
      reclaimed += bytes
      if !removed.isEmpty { Output.standard.print("Deleted \(title):\n" + removed.map { "\($0)\n" }.joined()) }
    }
    let containers = try engine.pruneContainers(labels, until: images.until)
    tell("Containers", containers.removed, containers.reclaimed)
    tell("Networks", try engine.pruneNetworks(labels, until: images.until))
    if volumes {
      let removed = try engine.pruneVolumes(labels, named: false)
      tell("Volumes", removed.removed, removed.reclaimed)
    }
    let removed = try engine.images.prune(all: all, images, uses: engine.imageUses)
    reclaimed += removed.reclaimed
    Output.standard.write(ImagePruneCommand.text(of: removed))
    if words.isEmpty {
      let cache = try BuildCache(engine).prune { all || $0.kind != .folder }
      reclaimed += cache.reclaimed
      if !cache.records.isEmpty { Output.standard.print("Deleted build cache objects: \(cache.records.count)\n") }
    }
    Output.standard.print("Total reclaimed space: \(HumanSize.decimal(reclaimed, digits: 4))")
    return ExitStatus.success
  }

  private static func warning(_ all: Bool, _ volumes: Bool, _ filters: [String]) -> String {
    var lines = ["all stopped containers", "all networks not used by at least one container"]
    if volumes { lines.append("all anonymous volumes not used by at least one container") }
    lines.append(all ? "all images without at least one container associated to them" : "all dangling images")
    // The cache knows neither labels nor ages.
    if filters.isEmpty { lines.append(all ? "all build cache" : "unused build cache") }
    let filtered =
      filters.isEmpty
      ? "" : "\n  Items to be pruned will be filtered with:\n" + filters.map { "  - \($0)\n" }.joined()
    return "WARNING! This will remove:\n" + lines.map { "  - \($0)\n" }.joined() + filtered + "\n"
  }
}
