import Arguments
import Compose
import Diagnostics

enum VizCommand {
  static var command: Command {
    Command(
      "viz", "Draw the services and what they depend on, for Graphviz or Mermaid", usage: "[OPTIONS]",
      flags: [
        .text(
          "format", nil, "Language of the graph (dot, mermaid)", initially: "dot", values: .words(["dot", "mermaid"])),
        .boolean("image", nil, "Include service's image name in output graph"),
        .integer("indentation-size", nil, "Number of tabs or spaces to use for indentation", initially: 1),
        .boolean("networks", nil, "Include service's attached networks in output graph"),
        .boolean("ports", nil, "Include service's exposed ports in output graph"),
        .boolean("spaces", nil, "Indent with spaces instead of tabs"),
      ]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let size = arguments.integer("indentation-size") ?? 1
    guard (0...64).contains(size) else {
      throw Failure(.invalidInput, "invalid indentation size: \(size)", subject: "--indentation-size", hint: "0 to 64")
    }
    let indentation = String(repeating: arguments.boolean("spaces") ? " " : "\t", count: size)
    var details: ProjectGraph.Details = []
    if arguments.boolean("image") { details.insert(.image) }
    if arguments.boolean("networks") { details.insert(.networks) }
    if arguments.boolean("ports") { details.insert(.ports) }
    let project = try ProjectLoader(options: invocation.loadOptions()).load()
    invocation.warn(project.warnings)
    let graph = ProjectGraph(project, details: details)
    switch arguments.text("format") ?? "dot" {
    case "dot": Output.standard.print(graph.dot(indentation: indentation))
    // Its diagrams need an indentation of spaces.
    case "mermaid": Output.standard.write(graph.mermaid(indentation: String(repeating: " ", count: max(2, size))))
    case let format:
      throw Failure(.invalidInput, "unsupported format: \(format)", subject: "--format", hint: "use dot or mermaid")
    }
    return ExitStatus.success
  }
}
