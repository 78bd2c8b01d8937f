import Arguments
import Diagnostics
import Images
import OCI
import Presentation

/// `davit image tree`: which layers images share, and what each layer takes.
enum ImageTreeCommand {
  static var command: Command {
    var command = Command(
      "tree", "Show the layers of images, and which of them several images share", usage: "[OPTIONS] [IMAGE...]",
      flags: [
        .text(
          "format", nil, "Format the output. Values: [table | json]", initially: "table",
          values: .words(["table", "json"])),
        .boolean("no-trunc", nil, "Don't truncate output"),
      ], arity: .atLeast(0), positionals: [.images]
    ) { try run(Invocation($0)) }
    command.details = """
      A layer stands below the layer that it was put on. Images whose layers begin alike share them: they are on the disk
      once. With names, only what these images and those that share with them stand on.
      """
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let forest = try invocation.engine().images.layerForest(of: arguments.positionals)
    let truncates = !arguments.boolean("no-trunc")
    switch arguments.text("format") {
    case "json": Output.standard.print(JSONValue.array(forest.map(json)).indented())
    case "table", nil:
      var table = Table(["LAYER", "SIZE", "SHARED BY", "IMAGES", "CREATED BY"])
      for (place, node) in forest.enumerated() {
        put(node, "", isLast: place == forest.count - 1, isRoot: true, truncates, &table)
      }
      Output.standard.write(table.text)
    case let other?:
      throw Failure(.invalidInput, "unsupported format: \(other)", subject: "--format", hint: "use table or json")
    }
    return ExitStatus.success
  }

  private static func put(
    _ node: LayerNode, _ indent: String, isLast: Bool, isRoot: Bool, _ truncates: Bool, _ table: inout Table
  ) {
    let branch = isRoot ? "" : isLast ? "└─ " : "├─ "
    let created = node.createdBy.replacing("\t", with: " ").replacing("\n", with: " ")
    table.rows.append([
      indent + branch + (truncates ? node.diffID.short : node.diffID.description), HumanSize.decimal(node.size),
      node.users == 1 ? "" : "\(node.users) images", node.images.joined(separator: ", "),
      truncates ? Ellipsis.cut(created, to: 45) : created,
    ])
    let below = isRoot ? "" : indent + (isLast ? "   " : "│  ")
    for (place, child) in node.children.enumerated() {
      put(child, below, isLast: place == node.children.count - 1, isRoot: false, truncates, &table)
    }
  }

  private static func json(_ node: LayerNode) -> JSONValue {
    .object([
      "DiffID": .string(node.diffID.description), "ChainID": .string(node.chainID.description),
      "Size": .integer(node.size), "CreatedBy": .string(node.createdBy), "Images": JSONValue(node.images),
      "Users": .integer(Int64(node.users)), "Children": .array(node.children.map(json)),
    ])
  }
}
