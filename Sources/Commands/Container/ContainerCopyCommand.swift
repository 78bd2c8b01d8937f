import Arguments
import Diagnostics
import Engine
import Glibc
import Presentation

enum ContainerCopyCommand {
  static var command: Command {
    var command = Command(
      "cp", "Copy files/folders between a container and the local filesystem",
      usage: "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n        davit cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
      flags: [
        .boolean("archive", "a", "Archive mode (copy all uid/gid information)"),
        .boolean("follow-link", "L", "Always follow symbol link in SRC_PATH"),
        .boolean(
          "quiet", "q",
          "Suppress progress output during copy. Progress output is automatically suppressed if no terminal is attached"
        ),
      ], arity: 2...2, positionals: [.files]
    ) { try run(Invocation($0)) }
    command.details = """
      Use '-' as the source to read a tar archive from stdin and extract it to a directory destination in a container.
      Use '-' as the destination to stream a tar archive of a container source to stdout.
      """
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let (source, destination) = (CopyEnd(arguments.positionals[0]), CopyEnd(arguments.positionals[1]))
    let copy = ContainerCopy(
      engine: try invocation.engine(), keepsOwners: arguments.boolean("archive"),
      followsLink: arguments.boolean("follow-link"))
    let size: Int64?
    switch (source, destination) {
    case (.container(let container, let path), .local(let target)):
      size = try copy.fetch(path, from: container, to: target)
    case (.local(let path), .container(let container, let target)):
      size = try copy.send(path, to: container, at: target)
    case (.container, .container): throw Failure(.invalidInput, "copying between containers is not supported")
    case (.local, .local): throw Failure(.invalidInput, "must specify at least one container source")
    }
    if let size, !arguments.boolean("quiet"), isatty(2) == 1 {
      Output.error.print("Successfully copied \(HumanSize.decimal(size)) to \(arguments.positionals[1])")
    }
    return ExitStatus.success
  }
}

/// One side of a copy: `web:/etc/hosts`, `./file`, `-`.
enum CopyEnd: Hashable {
  case container(String, path: String)
  case local(String)

  /// As docker: what begins like a path is one, whatever colons are in it.
  init(_ text: String) {
    guard !text.hasPrefix("/"), !text.hasPrefix("."), let colon = text.firstIndex(of: ":") else {
      self = .local(text)
      return
    }
    self = .container(String(text[..<colon]), path: String(text[text.index(after: colon)...]))
  }
}
