import Diagnostics
import EngineAPI
import FoundationEssentials
import Glibc
import Images
import Linux
import OCI
import Presentation
import Registry

extension API {
  /// The registries with what the request brings along for one of them. The server's own credentials are nobody's.
  func registries(_ x: Exchange, for reference: Reference) throws -> Registries {
    var settings = registrySettings()
    if let header = x.headers.first(name: "X-Registry-Auth"), let credential = try Self.credential(header) {
      settings.credentials.given[reference.domain] = credential
    }
    return Registries(settings, cancellation: try x.cancellation())
  }

  /// With credentials for several registries, as builds bring them.
  func registries(_ x: Exchange, configuration: String?) throws -> Registries {
    var settings = registrySettings()
    if let configuration {
      let bodies = try RequestBody.decode([String: AuthBody].self, try Self.decoded(configuration), allowsEmpty: true)
      for (address, body) in bodies { settings.credentials.given[Self.domain(address)] = body.credential }
    }
    return Registries(settings, cancellation: try x.cancellation())
  }

  /// With what a client of BuildKit's knows of the registry.
  func registries(_ client: BuildKitSession, for domain: String, cancellation: Cancellation) -> Registries {
    var settings = registrySettings()
    let host = domain == Reference.defaultDomain ? "registry-1.docker.io" : domain
    if let (user, secret) = client.credentials(of: host) {
      settings.credentials.given[domain] = user.isEmpty ? .identityToken(secret) : .password(user: user, secret: secret)
    }
    return Registries(settings, cancellation: cancellation)
  }

  /// What the policy says of archives.
  func admission() -> @Sendable (ArchiveOrigin) throws -> Void { Registries(registrySettings()).admit }

  private func registrySettings() -> RegistrySettings {
    var settings = RegistrySettings(userAgent: "davit/\(version)", environment: environment, user: geteuid())
    settings.credentials = CredentialSources(dockerConfig: "/dev/null")
    return settings
  }

  /// JSON in the base64 of addresses; empty where there is nothing to say.
  private static func credential(_ header: String) throws -> Credential? {
    let bytes = try decoded(header)
    return bytes.isEmpty ? nil : try RequestBody.decode(AuthBody.self, bytes, allowsEmpty: true).credential
  }

  private static func decoded(_ header: String) throws -> [UInt8] {
    var text = header.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
    while text.count % 4 != 0 { text.append("=") }
    guard let data = Data(base64Encoded: String(text)) else {
      throw APIError.badRequest("invalid credentials for registries: they are no base64")
    }
    return Array(data)
  }

  func auth(_ x: Exchange, _ r: Exchange.Route) throws {
    let body = try x.decode(AuthBody.self)
    guard let credential = body.credential else { throw APIError.badRequest("no credentials are given") }
    let domain = Self.domain(body.serverAddress ?? "")
    do { try Registries(registrySettings(), cancellation: try x.cancellation()).verify(domain, credential) } catch let
      failure
      as Failure where failure.code == .notPermitted
    { throw APIError(401, APIError(failure).message) }
    x.respond(200, .object(["Status": "Login Succeeded", "IdentityToken": ""]))
  }

  /// `https://index.docker.io/v1/` → `docker.io`
  private static func domain(_ address: String) -> String {
    var rest = address[...]
    if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
    let host = String(rest.prefix { $0 != "/" })
    return host.isEmpty || host == "index.docker.io" || host == "registry-1.docker.io" ? Reference.defaultDomain : host
  }
}

extension AuthBody {
  var credential: Credential? {
    func nonEmpty(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
    if let token = nonEmpty(registryToken) { return .registryToken(token) }
    if let token = nonEmpty(identityToken) { return .identityToken(token) }
    if let user = nonEmpty(username) { return .password(user: user, secret: password ?? "") }
    guard let auth = nonEmpty(auth), let data = Data(base64Encoded: auth),
      let colon = data.firstIndex(of: UInt8(ascii: ":"))
    else { return nil }
    return .password(
      user: String(decoding: data[..<colon], as: UTF8.self),
      secret: String(decoding: data[data.index(after: colon)...], as: UTF8.self))
  }
}
