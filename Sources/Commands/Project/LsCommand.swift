import Arguments
import Diagnostics
import Engine
import Presentation

enum LsCommand {
  static var command: Command {
    Command(
      "ls", "List running compose projects",
      flags: [
        .boolean("all", "a", "Show all stopped Compose projects"),
        .list("filter", nil, "Filter output based on conditions provided (name=…)", placeholder: "filter"),
        .format(), .boolean("quiet", "q", "Only display project names"),
      ]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let names = try arguments.list("filter").map { filter in
      guard filter.hasPrefix("name=") else { throw Failure(.invalidInput, "invalid filter '\(filter)'") }
      return String(filter.dropFirst("name=".count))
    }
    let containers = try invocation.engine().containers(all: arguments.boolean("all"))
    let projects = Dictionary(grouping: containers.filter { $0.record.owner != nil }) { $0.record.owner!.project }
      .filter { name, _ in names.isEmpty || names.contains(where: { name.contains($0) }) }
      .sorted { $0.key < $1.key }
    if arguments.boolean("quiet") {
      for (name, _) in projects { Output.standard.print(name) }
      return ExitStatus.success
    }
    let rows = projects.map { name, containers in
      JSONValue.object([
        "Name": .string(name), "Status": .string(status(containers)), "ConfigFiles": .string(files(containers)),
      ])
    }
    if arguments.text("format") == "json" {
      Output.standard.print(JSONValue.array(rows).compact)
    } else {
      Output.standard.write(
        try invocation.format.render(
          columns: [("NAME", "Name"), ("STATUS", "Status"), ("CONFIG FILES", "ConfigFiles")], minimumWidth: 20,
          rows: rows))
    }
    return ExitStatus.success
  }

  /// `exited(1), running(2)`
  private static func status(_ containers: [ContainerView]) -> String {
    Dictionary(grouping: containers, by: \.state.rawValue).sorted { $0.key < $1.key }
      .map { "\($0.key)(\($0.value.count))" }.joined(separator: ", ")
  }

  private static func files(_ containers: [ContainerView]) -> String {
    var files: [String] = []
    for container in containers {
      let text = container.record.spec.labels["com.docker.compose.project.config_files"] ?? ""
      for file in text.split(separator: ",").map(String.init) where !files.contains(file) { files.append(file) }
    }
    return files.isEmpty ? "N/A" : files.joined(separator: ",")
  }
}
