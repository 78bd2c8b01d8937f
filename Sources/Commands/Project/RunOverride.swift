import Arguments
import Diagnostics
import Presentation

/// What `run`'s flags ask of the service, written as one more compose file: so every short form, check and message is
/// the one that files have.
struct RunOverride {
  let service: String
  let arguments: ParsedArguments
  /// A terminal is wanted.
  let tty: Bool
  let environment: [String: String]

  /// YAML, of which JSON is a part. What the person wrote is not interpolated again.
  var text: String {
    get throws(Failure) {
      "{\"services\": {\(quoted(service)): {\(try attributes.joined(separator: ", "))}}}\n"
    }
  }

  private var attributes: [String] {
    get throws(Failure) {
      var lines = [
        "\"tty\": \(tty)", "\"stdin_open\": \(arguments.boolean("interactive"))", "\"restart\": \"no\"",
        "\"container_name\": !reset null", "\"deploy\": {\"restart_policy\": !reset null, \"replicas\": 1}",
        "\"scale\": 1",
      ]
      if !arguments.boolean("service-ports") {
        lines.append("\"ports\": !override [\(list("publish"))]")
      }
      if let command { lines.append("\"command\": !override [\(command.map(quoted).joined(separator: ", "))]") }
      if let entrypoint = arguments.text("entrypoint") {
        lines.append("\"entrypoint\": !override \(entrypoint.isEmpty ? "[]" : quoted(entrypoint))")
        // The image's and the service's command belong to the entrypoint that is replaced.
        if command == nil { lines.append("\"command\": !override []") }
      }
      for (flag, attribute) in [("user", "user"), ("workdir", "working_dir")] {
        if let value = arguments.text(flag) { lines.append("\(quoted(attribute)): \(quoted(value))") }
      }
      for (flag, attribute) in [("volume", "volumes"), ("cap-add", "cap_add"), ("cap-drop", "cap_drop")]
      where !arguments.list(flag).isEmpty {
        lines.append("\(quoted(attribute)): [\(list(flag))]")
      }
      if !environment.isEmpty { lines.append("\"environment\": \(mapping(environment))") }
      let labels = arguments.list("label")
      if let wrong = labels.first(where: { !$0.contains("=") }) {
        throw Failure(.invalidInput, "label must be set as KEY=VALUE, not \(wrong)", subject: "--label")
      }
      if !labels.isEmpty { lines.append("\"labels\": \(mapping(Environment.pairs(labels) { _ in nil }))") }
      return lines
    }
  }

  private var command: [String]? {
    arguments.positionals.count > 1 ? Array(arguments.positionals.dropFirst()) : nil
  }

  private func list(_ flag: String) -> String { arguments.list(flag).map(quoted).joined(separator: ", ") }

  private func mapping(_ pairs: [String: String]) -> String {
    "{\(pairs.sorted { $0.key < $1.key }.map { "\(quoted($0.key)): \(quoted($0.value))" }.joined(separator: ", "))}"
  }

  private func quoted(_ text: String) -> String { JSONValue.string(text.replacing("$", with: "$$")).compact }
}
