import Arguments
import Building
import Diagnostics
import Engine
import Linux
import Presentation

/// `davit builder …`, as `docker builder …` and `docker buildx …`.
enum BuilderCommands {
  static var group: Command {
    .group(
      "builder", "Manage builds",
      [
        Command(
          "du", "Disk usage of the build cache",
          flags: [
            filter, .boolean("verbose", nil, "Provide a more verbose output"),
            .text("format", nil, "Format the output: table, json or a Go template"),
          ]
        ) { try usage(Invocation($0)) },
        Command(
          "prune", "Remove build cache",
          flags: [
            .boolean("all", "a", "Remove what images share, and the folders of cache mounts, too"), filter,
            .boolean("force", "f", "Do not prompt for confirmation"),
            .text("keep-storage", nil, "Amount of disk space to keep for cache"),
            .text("max-used-space", nil, "Maximum amount of disk space allowed to keep for cache"),
            .text("reserved-space", nil, "Amount of disk space always allowed to keep for cache"),
            .text("min-free-space", nil, "Target amount of free disk space after pruning")
              .refused(because: "say how much is kept, with --max-used-space"),
            .boolean("verbose", nil, "Provide a more verbose output"),
          ]
        ) { try prune(Invocation($0)) },
        BuildCommand.command,
      ])
  }

  private static let filter = Flag.list(
    "filter", nil, "Provide filter values (e.g., \"until=24h\", \"type=regular\")", placeholder: "filter")

  // MARK: du

  private static func usage(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let filter = try CacheFilter(arguments.list("filter")) { try LogsCommand.moment($0, flag: "filter") }
    let records = try BuildCache(invocation.engine()).records().filter(filter.accepts).reversed()
    switch arguments.text("format") {
    case "json"?: for record in records { Output.standard.print(record.json.compact) }
    case nil, "table"?:
      if arguments.boolean("verbose") {
        for record in records { Output.standard.print(record.paragraph) }
      } else {
        var table = Table(["ID", "RECLAIMABLE", "SIZE", "LAST ACCESSED"], minimumWidth: 10)
        for record in records { table.rows.append(record.row) }
        Output.standard.write(table.text)
      }
      Output.standard.write(summary(Array(records)))
    case let template?:
      let template = try Template(template)
      for record in records { Output.standard.print(try template.render(record.json)) }
    }
    return ExitStatus.success
  }

  private static func summary(_ records: [BuildCache.Record]) -> String {
    let shared = records.filter(\.isShared).reduce(0) { $0 + $1.size }
    let own = records.filter { !$0.isShared }.reduce(0) { $0 + $1.size }
    var lines: [(String, Int64)] = []
    if shared > 0 { lines = [("Shared:", shared), ("Private:", own)] }
    lines += [("Reclaimable:", own), ("Total:", shared + own)]
    return lines.map { label, size in
      "\(label)\(String(repeating: " ", count: 16 - label.count))\(HumanSize.decimal(size))\n"
    }.joined()
  }

  // MARK: prune

  private static func prune(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let all = arguments.boolean("all")
    let filter = try CacheFilter(arguments.list("filter")) { try LogsCommand.moment($0, flag: "filter") }
    guard invocation.confirms("WARNING! This will remove all\(all ? "" : " dangling") build cache.\n") else {
      return ExitStatus.success
    }
    let sizes = try ["max-used-space", "reserved-space", "keep-storage"].compactMap {
      try arguments.text($0).map(BuildFlags.bytes)
    }
    let pruned = try BuildCache(invocation.engine()).prune(keep: sizes.max()) { record in
      filter.accepts(record) && (all || filter.namesType || record.kind != .folder && !record.isShared)
    }
    if arguments.boolean("verbose") {
      for record in pruned.records { Output.standard.print(record.paragraph) }
    } else if !pruned.records.isEmpty {
      var table = Table(["ID", "RECLAIMABLE", "SIZE", "LAST ACCESSED"], minimumWidth: 10)
      for record in pruned.records { table.rows.append(record.row) }
      Output.standard.write(table.text)
    }
    Output.standard.print("Total:\t\(HumanSize.decimal(pruned.reclaimed))")
    return ExitStatus.success
  }
}

extension BuildCache.Record {
  private var lastUsed: String {
    guard let used else { return "" }
    return HumanTime.ago(seconds: Double(Timestamp.now().nanoseconds - used.nanoseconds) / 1e9)
  }

  fileprivate var row: [String] {
    [String(id.prefix(25)) + (isShared ? "*" : ""), isShared ? "false" : "true", HumanSize.decimal(size), lastUsed]
  }

  fileprivate var paragraph: String {
    var lines = ["ID:\t\t\(id)"]
    if let created { lines.append("Created at:\t\(created)") }
    lines += [
      "Mutable:\t\(kind == .folder)", "Reclaimable:\t\(!isShared)", "Shared:\t\t\(isShared)",
      "Size:\t\t\(HumanSize.decimal(size))",
    ]
    if !description.isEmpty { lines.append("Description:\t\(description)") }
    if !lastUsed.isEmpty { lines.append("Last used:\t\(lastUsed)") }
    return (lines + ["Type:\t\t\(kind.rawValue)", ""]).joined(separator: "\n")
  }

  fileprivate var json: JSONValue {
    .object([
      .init("ID", .string(id)), .init("CreatedAt", .string(created?.description ?? "")),
      .init("LastUsedAt", .string(used?.description ?? "")), .init("Description", .string(description)),
      .init("Mutable", .boolean(kind == .folder)), .init("Reclaimable", .boolean(!isShared)),
      .init("Shared", .boolean(isShared)), .init("Size", .string(HumanSize.decimal(size))),
      .init("Type", .string(kind.rawValue)),
    ])
  }
}
