import Arguments
import Diagnostics
import Engine
import Linux
import OCI
import Planning
import Reconciling

enum DriftCommand {
  static var command: Command {
    var command = Command(
      "drift", "Show what is not as it was applied, and why",
      flags: [
        .text(
          "format", nil, "Format the output. Values: [text | json]", initially: "text",
          values: .words(["text", "json"])),
        .boolean("quiet", "q", "Only the exit status"),
      ]
    ) { try run(Invocation($0)) }
    command.details = """
      Compares this machine with what was applied last: containers, their configuration, images, networks, firewall entries,
      volumes, secrets and configs. Changes nothing. The exit status is 0 when nothing has drifted and 2 when something has.
      """
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let format = invocation.arguments.text("format") ?? "text"
    guard ["text", "json"].contains(format) else {
      throw Failure(.invalidInput, "unsupported format: \(format)", subject: "--format", hint: "use text or json")
    }
    let engine = try invocation.engine()
    let images = Lowering.Surroundings(engine)
    let drift = try Reconciler(engine: engine).drift(
      invocation.scope().name, engine, imageID: { try? images.imageID($0, $1) },
      digest: { invocation.bytes(of: $0).map { Digest.sha256(of: $0).description } })
    if !invocation.arguments.boolean("quiet") {
      Output.standard.write(
        format == "json" ? try drift.json() : drift.text(colour: invocation.style(of: .standard).isColoured))
    }
    return drift.items.isEmpty ? ExitStatus.success : ExitStatus.changes
  }
}

extension Invocation {
  /// What a secret or config says now; `nil` where that cannot be read.
  func bytes(of file: DesiredFile) -> [UInt8]? {
    switch file.origin {
    case .file(let path): try? readFile(path)
    case .environment(let name): variable(name).map { Array($0.utf8) }
    case .content(let text): Array(text.utf8)
    }
  }
}
