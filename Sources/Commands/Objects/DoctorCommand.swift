import Arguments
import Diagnostics
import Engine
import Presentation

enum DoctorCommand {
  static var command: Command {
    var command = Command(
      "doctor", "Show what interrupted commands left behind, and repair it",
      flags: [
        .text(
          "format", nil, "Format the output. Values: [table | json]", initially: "table",
          values: .words(["table", "json"])),
        .boolean("repair", nil, "Finish or remove what was left behind"),
      ]
    ) { try run(Invocation($0)) }
    command.details = """
      The exit status is 0 when nothing is left, or everything was repaired, and 1 otherwise.
      """
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let repairs = invocation.arguments.boolean("repair") && !invocation.arguments.boolean("dry-run")
    let leftovers = try invocation.engine().doctor(repair: repairs)
    let rows = leftovers.map { leftover in
      JSONValue.object([
        "Kind": .string(leftover.kind.rawValue), "Subject": .string(leftover.subject),
        "Reason": .string(leftover.reason), "Repaired": .boolean(leftover.repaired),
        "State": .string(leftover.repaired ? "repaired" : "left"),
      ])
    }
    let format = try invocation.format
    if rows.isEmpty, case .table = format {
      Output.standard.print("nothing is left behind")
    } else {
      Output.standard.write(
        try format.render(
          columns: [("KIND", "Kind"), ("OBJECT", "Subject"), ("REASON", "Reason"), ("STATE", "State")], rows: rows))
    }
    if !repairs && !leftovers.isEmpty, case .table = format {
      Output.error.print("repair it with `davit doctor --repair`")
    }
    return leftovers.allSatisfy(\.repaired) ? ExitStatus.success : ExitStatus.failure
  }
}
