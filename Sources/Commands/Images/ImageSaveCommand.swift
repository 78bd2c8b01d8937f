import Arguments
import Diagnostics
import Engine
import Glibc
import Images
import Linux
import OCI

/// `davit image save` and `davit save`, as `docker save`.
enum ImageSaveCommand {
  static var command: Command {
    var command = Command(
      "save", "Save one or more images to a tar archive (streamed to STDOUT by default)",
      usage: "[OPTIONS] IMAGE [IMAGE...]",
      flags: [
        .text("output", "o", "Write to a file, instead of STDOUT", values: .files),
        .text("platform", nil, "Save only the given platform variant: os/arch[/variant]"),
      ], arity: .atLeast(1), positionals: [.images]
    ) { try run(Invocation($0)) }
    command.details = """
      What is written is an OCI archive with Docker's manifest.json in it: docker load, podman load and skopeo read it.
      """
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let store = try invocation.engine().images
    let platform = try arguments.text("platform").map { try Platform($0) }
    guard let path = arguments.text("output"), path != "-" else {
      if isatty(1) == 1 {
        throw Failure(.invalidInput, "an archive is not for a terminal", hint: "use -o FILE, or redirect the output")
      }
      try store.save(arguments.positionals, platform: platform, to: 1)
      return ExitStatus.success
    }
    // Nobody who looks at the path sees half an archive.
    let part = "\(path).part"
    do {
      let file = try Descriptor.open(part, [.writeOnly, .create, .truncate], mode: 0o600)
      try store.save(arguments.positionals, platform: platform, to: file.raw)
    } catch {
      unlink(part)
      throw error
    }
    guard rename(part, path) == 0 else { throw Failure(SystemError("renaming", part, errno: errno)) }
    return ExitStatus.success
  }
}
