import Arguments
import Diagnostics
import Images
import OCI

enum ImageImportCommand {
  static var command: Command {
    Command(
      "import", "Import the contents from a tarball to create a filesystem image",
      usage: "[OPTIONS] FILE|- [REPOSITORY[:TAG]]",
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
    if path.hasPrefix("http://") || path.hasPrefix("https://") {
      throw Failure(.unsupported, "importing from an address is not there", subject: path, hint: "download it first")
    }
    let name = try arguments.positionals.count > 1 ? Reference(arguments.positionals[1]).tagged : nil
    var request = ImportRequest(path == "-" ? .descriptor(0) : .path(path), name: name)
    request.changes = arguments.list("change")
    request.message = arguments.text("message")
    request.platform = try arguments.text("platform").map { try Platform($0) }
    Output.standard.print(try invocation.engine().images.importRootFileSystem(request).id.description)
    return ExitStatus.success
  }
}
