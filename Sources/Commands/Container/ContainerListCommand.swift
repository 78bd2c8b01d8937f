import Arguments
import Diagnostics
import Engine
import Linux
import Presentation

/// `davit container ls`, as `docker ps`.
enum ContainerListCommand {
  static var command: Command {
    Command(
      "ls", "List containers",
      flags: [
        .boolean("all", "a", "Show all containers (default shows just running)"),
        .list("filter", "f", "Filter output based on conditions provided", placeholder: "filter"), .format(),
        .integer("last", "n", "Show n last created containers (includes all states)", initially: -1),
        .boolean("latest", "l", "Show the latest created container (includes all states)"),
        .boolean("no-trunc", nil, "Don't truncate output"), .boolean("quiet", "q", "Only display container IDs"),
        .boolean("size", "s", "Display total file sizes"),
      ]
    ) { try run(Invocation($0)) }.aliased("ps", "list")
  }

  /// The same, as the verb that everybody types.
  static var ps: Command {
    var command = command
    (command.name, command.aliases) = ("ps", [])
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let engine = try invocation.engine()
    let last = arguments.boolean("latest") ? 1 : arguments.integer("last") ?? -1
    let filters = try engine.containerFilters(FilterFlags.values(arguments))
    var containers = try engine.containers(filters, all: arguments.boolean("all") || last > 0)
    // The newest first.
    containers.reverse()
    if last > 0 { containers = Array(containers.prefix(last)) }
    let truncates = !arguments.boolean("no-trunc")
    if arguments.boolean("quiet") {
      for container in containers { Output.standard.print(truncates ? Ellipsis.id(container.id) : container.id) }
      return ExitStatus.success
    }
    // Sizes are only counted where they are shown.
    let showsSize = arguments.boolean("size") || (arguments.given("format") ?? "").contains(".Size")
    let now = Timestamp.now()
    let rows = containers.map { view in
      ContainerRow(view: view, now: now, truncates: truncates)
        .docker(size: showsSize ? try? engine.diskUse(of: view.id) : nil)
    }
    var columns = [
      ("CONTAINER ID", "ID"), ("IMAGE", "Image"), ("COMMAND", "Command"), ("CREATED", "RunningFor"),
      ("STATUS", "Status"), ("PORTS", "Ports"), ("NAMES", "Names"),
    ]
    if arguments.boolean("size") { columns.append(("SIZE", "Size")) }
    Output.standard.write(
      try invocation.format.render(
        columns: columns,
        headings: ["CreatedAt": "CREATED AT", "LocalVolumes": "LOCAL VOLUMES", "Size": "SIZE"], rows: rows))
    return ExitStatus.success
  }
}

extension ContainerRow {
  /// With the keys of `docker ps --format json`.
  /// - Parameter size: bytes that it changed, and those with its image; `nil`: not counted.
  func docker(size: (own: Int64, whole: Int64)?) -> JSONValue {
    guard case .object(let members) = json else { return json }
    let keys: Set = [
      "Command", "CreatedAt", "ID", "Image", "Labels", "LocalVolumes", "Mounts", "Names", "Networks", "Ports",
      "RunningFor", "Size", "State", "Status",
    ]
    return .object(
      members.filter { keys.contains($0.key) }.map { member in
        guard member.key == "Size", let size else { return member }
        return .init(
          "Size", .string("\(HumanSize.decimal(size.own)) (virtual \(HumanSize.decimal(size.whole)))"))
      })
  }
}
