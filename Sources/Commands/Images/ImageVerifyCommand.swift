import Arguments
import Diagnostics
import Images

/// `davit image verify`: reads every blob again and compares it with its digest.
enum ImageVerifyCommand {
  static var command: Command {
    var command = Command(
      "verify", "Check the blobs of images against their digests", usage: "[OPTIONS] [IMAGE...]",
      flags: [.boolean("quiet", "q", "Only tell what is damaged")], arity: .atLeast(0), positionals: [.images]
    ) { try run(Invocation($0)) }
    command.details = "Without names all images. The exit status is 1 when anything is damaged or missing."
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let verified = try invocation.engine().images.verify(arguments.positionals)
    for failure in verified.damage { Output.error.print("\(failure)") }
    if !arguments.boolean("quiet") {
      let counted = "\(verified.blobs) blob\(verified.blobs == 1 ? "" : "s")"
      Output.standard.print(
        verified.damage.isEmpty ? "\(counted) verified" : "\(counted) read, \(verified.damage.count) damaged")
    }
    return verified.damage.isEmpty ? ExitStatus.success : ExitStatus.failure
  }
}
