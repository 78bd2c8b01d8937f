import Arguments
import Diagnostics
import Glibc
import HTTP
import Images
import Linux
import OCI
import Registry

extension Flag {
  /// Docker's notary is gone; scripts still name the flag.
  static let contentTrust = Flag.boolean(
    "disable-content-trust", nil, "Skip image verification", initially: true
  ).hidden
  static let verifyTLS = Flag.boolean(
    "tls-verify", nil, "Require encryption and a valid certificate of the registry", initially: true)
  static let platform = Flag.text("platform", nil, "Choose this platform of an image for several: os/arch[/variant]")
}

extension Invocation {
  /// As this person's environment has them.
  var registrySettings: RegistrySettings {
    RegistrySettings(userAgent: "davit/\(Program.version)", environment: environment, user: geteuid())
  }

  /// The registries as this person's environment configures them.
  /// - Parameter domain: the one that `--tls-verify=false` is about.
  /// - Parameter trusted: one that a command's own flag lets be spoken to without encryption.
  func registries(
    _ cancellation: Cancellation?, insecure domain: String? = nil, trusting trusted: String? = nil
  ) -> Registries {
    var settings = registrySettings
    settings.insecure.formUnion(trusted.map { [$0] } ?? arguments.list("insecure-registry"))
    if let domain, arguments.hasFlag("tls-verify"),
      !arguments.boolean("tls-verify")
    {
      settings.insecure.insert(domain)
    }
    return Registries(settings, cancellation: cancellation)
  }

  /// `--platform`, or what the environment says for it.
  func platform() throws -> Platform? {
    try (arguments.text("platform") ?? variable("DOCKER_DEFAULT_PLATFORM")).map { try Platform($0) }
  }

  func refuseContentTrust() throws(Failure) {
    guard arguments.boolean("disable-content-trust") else {
      throw Failure(
        .unsupported, "signatures of Docker Content Trust are not checked", subject: "--disable-content-trust")
    }
  }
}
