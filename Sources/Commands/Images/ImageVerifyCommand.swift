import Arguments
import Diagnostics
import Images
import OCI
import Registry

/// `davit image verify`: reads every blob again and compares it with its digest; with keys, looks for signatures too.
enum ImageVerifyCommand {
  static var command: Command {
    var command = Command(
      "verify", "Check the blobs of images against their digests", usage: "[OPTIONS] [IMAGE...]",
      flags: [
        .list(
          "key", nil, "Also require a signature in cosign's format by this public key (PEM), from the image's registry",
          placeholder: "path", values: .files),
        .boolean("quiet", "q", "Only tell what is damaged"), .verifyTLS,
      ], arity: .atLeast(0), positionals: [.images]
    ) { try run(Invocation($0)) }
    command.details = """
      Without names all images. The exit status is 1 when anything is damaged or missing. Of several keys one must have
      signed.
      """
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let keys = try arguments.list("key").map { try PublicKey(file: $0) }
    if !keys.isEmpty, arguments.positionals.isEmpty {
      throw Failure(.invalidInput, "say which images shall be signed", subject: "--key")
    }
    let store = try invocation.engine().images
    let verified = try store.verify(arguments.positionals)
    for failure in verified.damage { Output.error.print("\(failure)") }
    if !arguments.boolean("quiet") {
      let counted = "\(verified.blobs) blob\(verified.blobs == 1 ? "" : "s")"
      Output.standard.print(
        verified.damage.isEmpty ? "\(counted) verified" : "\(counted) read, \(verified.damage.count) damaged")
    }
    if !keys.isEmpty {
      for name in arguments.positionals {
        let reference = try Reference(name).tagged
        let manifests = try store.manifests(of: name)
        try invocation.interruptible { cancellation in
          try invocation.registries(cancellation, insecure: reference.domain)
            .requireSignature(of: manifests, named: reference, by: keys)
        }
        if !arguments.boolean("quiet") { Output.standard.print("\(reference.familiar) is signed") }
      }
    }
    return verified.damage.isEmpty ? ExitStatus.success : ExitStatus.failure
  }
}
