import Arguments
import Diagnostics
import Engine
import Glibc
import Images
import Linux
import OCI
import Presentation

enum ImageLoadCommand {
  static var command: Command {
    var command = Command(
      "load", "Load an image from a tar archive or STDIN", usage: "[OPTIONS] [FILE]",
      flags: [
        .text("input", "i", "Read from tar archive file or folder, instead of STDIN", values: .files),
        .text("platform", nil, "Load only the given platform variant: os/arch[/variant]"),
        .boolean("quiet", "q", "Suppress the load output"),
      ], arity: 0...1, positionals: [.files]
    ) { try run(Invocation($0)) }
    command.details = """
      Reads what docker save, podman save, skopeo and buildah write: docker-archive,
      oci-archive and OCI image layout folders, compressed with gzip or zstd or not.
      """
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let path = arguments.text("input") ?? arguments.positionals.first ?? "-"
    if path == "-" && isatty(0) == 1 {
      throw Failure(
        .invalidInput, "requested load from stdin, but stdin is a terminal",
        hint: "name the archive: `\(arguments.invocation) -i FILE`")
    }
    let engine = try invocation.engine()
    var request = LoadRequest(path == "-" ? .descriptor(0) : .path(path))
    request.platform = try arguments.text("platform").map { try Platform($0) }
    request.admit = invocation.registries(nil).admit
    let reporter = try invocation.reporter("load", quiet: arguments.boolean("quiet") || !Output.error.isTerminal)
    request.progress = { progress in
      let isDone = progress.done >= progress.total
      let amount = "\(HumanSize.decimal(progress.done))/\(HumanSize.decimal(progress.total))"
      reporter.step(
        ProgressStep(
          "Layer \(progress.layer.short)", isDone ? "Loaded" : "Loading", isDone ? .done : .working, detail: amount))
    }
    defer { reporter.finish() }
    let result = try invocation.interruptible { cancellation in
      request.cancellation = cancellation
      return try engine.images.load(request)
    }
    reporter.finish()
    for warning in result.warnings { invocation.warn("\(warning)") }
    for line in result.images.flatMap(\.lines) { Output.standard.print(line) }
    return ExitStatus.success
  }
}
