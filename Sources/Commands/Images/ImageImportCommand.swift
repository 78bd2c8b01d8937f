import Arguments
import Diagnostics
import Engine
import HTTP
import Images
import Linux
import OCI

enum ImageImportCommand {
  static var command: Command {
    Command(
      "import", "Import the contents from a tarball to create a filesystem image",
      usage: "[OPTIONS] FILE|URL|- [REPOSITORY[:TAG]]",
      flags: [
        .list(
          "change", "c", "Apply Dockerfile instruction to the created image (CMD, ENTRYPOINT, ENV, EXPOSE, USER, …)",
          placeholder: "list"),
        .text("message", "m", "Set commit message for imported image"),
        .text("platform", nil, "Set platform of the image"),
      ], arity: 1...2, positionals: [.files, .images]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let path = arguments.positionals[0]
    let name = try arguments.positionals.count > 1 ? Reference(arguments.positionals[1]).tagged : nil
    let engine = try invocation.engine()
    var downloaded: Descriptor?
    if path.hasPrefix("http://") || path.hasPrefix("https://") {
      Output.error.print("Downloading from \(path)")
      downloaded = try invocation.interruptible { cancellation in
        let client = Client(
          userAgent: "davit/\(Program.version)", proxies: Proxies(environment: invocation.environment),
          cancellation: cancellation)
        return try Download.file(path, client, in: "\(engine.host.root)/downloads")
      }
    }
    let source = downloaded.map { ArchiveSource.descriptor($0.raw) } ?? (path == "-" ? .descriptor(0) : .path(path))
    var request = ImportRequest(source, name: name)
    request.admit = invocation.registries(nil).admit
    request.changes = arguments.list("change")
    request.message = arguments.text("message") ?? (downloaded == nil ? nil : "Imported from \(path)")
    request.platform = try arguments.text("platform").map { try Platform($0) }
    let image = try withExtendedLifetime(downloaded) {
      try invocation.interruptible { cancellation in
        request.cancellation = cancellation
        return try engine.images.importRootFileSystem(request)
      }
    }
    Output.standard.print(image.id.description)
    return ExitStatus.success
  }
}
