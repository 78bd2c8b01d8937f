import Arguments
import Diagnostics
import Engine
import Glibc
import Linux
import OCI

/// What becomes of a container's files: an image, or an archive.
enum ContainerImageCommands {
  static var all: [Command] { [commit, export] }

  private static var commit: Command {
    Command(
      "commit", "Create a new image from a container's changes", usage: "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
      flags: [
        .text("author", "a", "Author (e.g., \"John Hannibal Smith <hannibal@a-team.com>\")"),
        .list("change", "c", "Apply Dockerfile instruction to the created image", placeholder: "list"),
        .text("message", "m", "Commit message"),
        .boolean("pause", "p", "Pause container during commit", initially: true),
      ], arity: 1...2, positionals: [.containers, .none]
    ) { arguments in
      var options = CommitOptions()
      options.name = try arguments.positionals.dropFirst().first.map { try Reference($0) }
      if options.name?.digest != nil { throw Failure(.invalidInput, "an image's name cannot have a digest") }
      options.author = arguments.given("author")
      options.message = arguments.given("message")
      options.changes = arguments.list("change")
      options.pauses = arguments.boolean("pause")
      let engine = try Invocation(arguments).engine()
      Output.standard.print(try engine.commit(arguments.positionals[0], options).id.description)
      return ExitStatus.success
    }
  }

  private static var export: Command {
    Command(
      "export", "Export a container's filesystem as a tar archive", usage: "[OPTIONS] CONTAINER",
      flags: [.text("output", "o", "Write to a file, instead of STDOUT", values: .files)], arity: 1...1,
      positionals: [.containers]
    ) { arguments in
      let engine = try Invocation(arguments).engine()
      let id = try engine.container(arguments.positionals[0]).id
      guard let path = arguments.given("output") else {
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
