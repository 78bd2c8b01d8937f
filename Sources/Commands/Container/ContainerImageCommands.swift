import Arguments
import Diagnostics
import Engine
import Glibc
import Linux
import OCI

/// What becomes of a container's files: an image, or an archive.
enum ContainerImageCommands {
  static var all: [Command] { [commit, export] }

  static let commitFlags: [Flag] = [
    .text("author", "a", "Author (e.g., \"John Hannibal Smith <hannibal@a-team.com>\")"),
    .list("change", "c", "Apply Dockerfile instruction to the created image", placeholder: "list"),
    .text("message", "m", "Commit message"),
    .boolean("pause", "p", "Pause container during commit", initially: true),
  ]

  static let exportFlags: [Flag] = [.text("output", "o", "Write to a file, instead of STDOUT", values: .files)]

  private static var commit: Command {
    Command(
      "commit", "Create a new image from a container's changes", usage: "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
      flags: commitFlags, arity: 1...2, positionals: [.containers, .none]
    ) { try commit($0.positionals[0], Invocation($0)) }
  }

  private static var export: Command {
    Command(
      "export", "Export a container's filesystem as a tar archive", usage: "[OPTIONS] CONTAINER", flags: exportFlags,
      arity: 1...1, positionals: [.containers]
    ) { try export($0.positionals[0], Invocation($0)) }
  }

  /// Makes an image of a container, named by the second word of the line.
  static func commit(_ container: String, _ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    var options = CommitOptions()
    options.name = try arguments.positionals.dropFirst().first.map { try Reference($0) }
    if options.name?.digest != nil { throw Failure(.invalidInput, "an image's name cannot have a digest") }
    options.author = arguments.given("author")
    options.message = arguments.given("message")
    options.changes = arguments.list("change")
    options.pauses = arguments.boolean("pause")
    Output.standard.print(try invocation.engine().commit(container, options).id.description)
    return ExitStatus.success
  }

  /// Writes a container's files to standard output or to the file that the line names.
  static func export(_ container: String, _ invocation: Invocation) throws -> Int32 {
    let engine = try invocation.engine()
    let id = try engine.container(container).id
    guard let path = invocation.arguments.given("output") else {
      guard isatty(1) != 1 else {
        throw Failure(
          .invalidInput, "cowardly refusing to save to a terminal", hint: "use the -o flag or redirect")
      }
      let output = BufferedOutput(Descriptor(owning: 1))
      try engine.export(id) { try output.write($0) }
      try output.flush()
      return ExitStatus.success
    }
    // A file that is there as a whole or not at all.
    let (folder, name) = splitPath(path)
    let directory = try Descriptor.open(folder, .anchor)
    let temporary = ".\(name).\(getpid()).tmp"
    let file = try directory.open(temporary, [.writeOnly, .create, .exclusive], mode: 0o600)
    do {
      let output = BufferedOutput(file)
      try engine.export(id) { try output.write($0) }
      try output.flush()
      try directory.rename(temporary, to: name)
    } catch {
      try? directory.unlink(temporary)
      throw error
    }
    return ExitStatus.success
  }
}

/// Gathers small pieces, so that a header of an archive is no system call.
final class BufferedOutput: @unchecked Sendable {
  private let file: Descriptor
  private var pending: [UInt8] = []

  init(_ file: Descriptor) { self.file = file }

  // One of the standard streams stays open.
  deinit { if file.raw <= 2 { _ = file.release() } }

  func write(_ piece: UnsafeRawBufferPointer) throws {
    if pending.count + piece.count > 256 << 10 { try flush() }
    if piece.count > 64 << 10 { return try file.writeAll(piece) }
    pending.append(contentsOf: piece)
  }

  func flush() throws {
    try file.writeAll(pending)
    pending.removeAll(keepingCapacity: true)
  }
}
