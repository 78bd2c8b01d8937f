import Arguments
import Diagnostics
import Images
import Linux
import OCI
import Presentation

/// `davit image ls`, as `docker image ls`.
enum ImageListCommand {
  static var command: Command {
    Command(
      "ls", "List images", usage: "[OPTIONS] [REPOSITORY[:TAG]]",
      flags: [
        // There are no intermediate images that it would add.
        .boolean("all", "a", "Show all images (default hides intermediate images)"),
        .boolean("digests", nil, "Show digests"),
        .list(
          "filter", "f", "Filter output (before=…, dangling=…, label=…, reference=…, since=…, until=…)",
          placeholder: "filter"),
        .format(), .boolean("no-trunc", nil, "Don't truncate output"),
        .boolean("quiet", "q", "Only show image IDs"),
        .boolean("tree", nil, "List multi-platform images as a tree"),
      ], arity: 0...1, positionals: [.images]
    ) { try run(Invocation($0)) }.aliased("list")
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    var filter = try ImageFilter(words: arguments.list("filter"))
    if let wanted = arguments.positionals.first {
      // Both must hold: what stands there is no alternative to a filter.
      guard filter.references.isEmpty else {
        throw Failure(.invalidInput, "a name and --filter reference=… are mutually exclusive")
      }
      filter.references.append(wanted)
    }
    if arguments.boolean("tree") { return try ImagePlatforms.list(invocation, filter) }
    let images = try invocation.engine().images.list(filter)
    let truncates = !arguments.boolean("no-trunc")
    if arguments.boolean("quiet") {
      var seen: Set<Digest> = []
      for image in images where seen.insert(image.id).inserted {
        Output.standard.print(truncates ? image.id.short : image.id.description)
      }
      return ExitStatus.success
    }
    let now = Timestamp.now()
    var columns = [("REPOSITORY", "Repository"), ("TAG", "Tag")]
    if arguments.boolean("digests") { columns.append(("DIGEST", "Digest")) }
    columns += [("IMAGE ID", "ID"), ("CREATED", "CreatedSince"), ("SIZE", "Size")]
    Output.standard.write(
      try invocation.format.render(
        columns: columns, headings: ImageRow.headings, rows: images.map { ImageRow($0, now, truncates).json() }))
    return ExitStatus.success
  }
}

/// An image as `image ls` tells it, with the keys of docker's JSON.
struct ImageRow {
  static let headings = [
    "Containers": "CONTAINERS", "CreatedAt": "CREATED AT", "CreatedSince": "CREATED", "Digest": "DIGEST",
    "ID": "IMAGE ID", "SharedSize": "SHARED SIZE", "UniqueSize": "UNIQUE SIZE",
  ]

  private let image: ImageSummary
  private let now: Timestamp
  private let truncates: Bool

  init(_ image: ImageSummary, _ now: Timestamp, _ truncates: Bool) {
    (self.image, self.now, self.truncates) = (image, now, truncates)
  }

  /// What only `system df` counts is `N/A` elsewhere.
  func json(containers: String = "N/A", shared: String = "N/A", unique: String = "N/A") -> JSONValue {
    .object([
      "Containers": .string(containers),
      "CreatedAt": .string(image.moment.map(LocalTime.text) ?? "N/A"),
      "CreatedSince": .string(image.moment.map { HumanTime.ago(from: $0, to: now) } ?? "N/A"),
      "Digest": .string(image.manifestDigest.description),
      "ID": .string(truncates ? image.id.short : image.id.description),
      "Repository": .string(image.name?.familiarName ?? "<none>"), "SharedSize": .string(shared),
      "Size": .string(HumanSize.decimal(image.size)), "Tag": .string(image.name?.tag ?? "<none>"),
      "UniqueSize": .string(unique), "VirtualSize": .string(HumanSize.decimal(image.size, digits: 4)),
    ])
  }
}
