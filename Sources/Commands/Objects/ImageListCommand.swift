import Arguments
import Diagnostics
import Images
import Linux
import OCI
import Presentation

enum ImageListCommand {
  static var command: Command {
    Command(
      "ls", "List images", usage: "[OPTIONS] [REPOSITORY[:TAG]]",
      flags: [
        .boolean("all", "a", "Show all images").hidden, .boolean("digests", nil, "Show digests"),
        .list("filter", "f", "Filter output (reference=…, label=…, dangling=…)", placeholder: "filter"), .format(),
        .boolean("no-trunc", nil, "Don't truncate output"), .boolean("quiet", "q", "Only show image IDs"),
      ], arity: 0...1, positionals: [.images]
    ) { try run(Invocation($0)) }.aliased("list")
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let filters = try ListFilters(arguments.list("filter"), known: ["reference", "label", "dangling"])
    let wanted = arguments.positionals.first
    let images = try invocation.engine().images.list().filter { image in
      let name = image.name?.familiar ?? ""
      guard wanted == nil || name == wanted || image.name?.familiarName == wanted else { return false }
      let other = ["dangling": "\(image.name == nil)", "reference": name]
      return filters.accept(name: name, labels: image.labels, other: other)
    }
    let cut: (Digest) -> String = { arguments.boolean("no-trunc") ? $0.description : $0.short }
    if arguments.boolean("quiet") {
      var seen: Set<Digest> = []
      for image in images where seen.insert(image.id).inserted { Output.standard.print(cut(image.id)) }
      return ExitStatus.success
    }
    let now = Timestamp.now()
    let rows = images.map { image in
      let created = image.created.flatMap { Timestamp($0) }
      return JSONValue.object([
        "Containers": "N/A", "CreatedAt": .string(created.map(LocalTime.text) ?? "N/A"),
        "CreatedSince": .string(since(created, now)), "Digest": .string(image.manifestDigest.description),
        "ID": .string(cut(image.id)), "Repository": .string(image.name?.familiarName ?? "<none>"),
        "SharedSize": "N/A", "Size": .string(HumanSize.decimal(image.size)),
        "Tag": .string(image.name?.tag ?? "<none>"), "UniqueSize": "N/A",
      ])
    }
    var columns = [("REPOSITORY", "Repository"), ("TAG", "Tag")]
    if arguments.boolean("digests") { columns.append(("DIGEST", "Digest")) }
    columns += [("IMAGE ID", "ID"), ("CREATED", "CreatedSince"), ("SIZE", "Size")]
    Output.standard.write(try invocation.format.render(columns: columns, rows: rows))
    return ExitStatus.success
  }

  static func history(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let truncates = !arguments.boolean("no-trunc")
    let now = Timestamp.now()
    let rows = try invocation.engine().images.history(of: arguments.positionals[0]).map { line in
      let created = line.created.flatMap { Timestamp($0) }
      return JSONValue.object([
        "Comment": .string(line.comment), "CreatedAt": .string(line.created ?? "N/A"),
        "CreatedBy": .string(truncates ? Ellipsis.cut(line.createdBy, to: 45) : line.createdBy),
        "CreatedSince": .string(since(created, now)),
        "ID": .string(line.id.map { truncates ? $0.short : $0.description } ?? "<missing>"),
        "Size": .string(HumanSize.decimal(line.size)),
      ])
    }
    Output.standard.write(
      try invocation.format.render(
        columns: [
          ("IMAGE", "ID"), ("CREATED", "CreatedSince"), ("CREATED BY", "CreatedBy"), ("SIZE", "Size"),
          ("COMMENT", "Comment"),
        ], rows: rows))
    return ExitStatus.success
  }

  private static func since(_ created: Timestamp?, _ now: Timestamp) -> String {
    created.map { HumanTime.ago(seconds: Double(now.nanoseconds - $0.nanoseconds) / 1e9) } ?? "N/A"
  }
}
