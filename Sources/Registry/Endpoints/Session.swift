import Diagnostics
import HTTP
import Linux
import OCI
import Synchronization

/// One registry, spoken to with whatever it wants to see.
final class Session: Sendable {
  let domain: String
  let client: Client
  let authorizer: Authorizer
  /// `https://host:port`
  let base: Address
  let trust: Trust

  /// Finds out how the registry is spoken to. Encrypted, except that one on this machine, or one that is configured as
  /// insecure, may do without.
  init(_ domain: String, _ client: Client, _ settings: RegistrySettings, insecure: Bool, credential: Credential? = nil)
    throws
  {
    self.domain = domain
    self.client = client
    let host = domain == Reference.defaultDomain ? "registry-1.docker.io" : domain
    let certificates = try Trust.of(domain, in: settings.certificateFolders)
    var trust = certificates ?? Trust()
    if insecure { trust.verifies = false }
    var base = try Address("https://\(host)")
    if insecure || base.origin.isLoopback && certificates == nil {
      base = try Self.probe(base, try Address("http://\(host)"), client, trust)
    }
    (self.base, self.trust) = (base, trust)
    let sources = settings.credentials
    authorizer = Authorizer(client, base.origin, trust) { repository in
      try credential ?? sources.credential(domain, repository: repository)
    }
  }

  private static func probe(_ encrypted: Address, _ plain: Address, _ client: Client, _ trust: Trust) throws -> Address
  {
    do {
      try client.send(Request(.get, encrypted.resolving("/v2/"), trust: trust)).close()
      return encrypted
    } catch let failure as Failure where [.notEncrypted, .unreachable, .connectionBroken].contains(failure.code) {
      return plain
    }
  }

  /// An address of this registry.
  func address(_ path: String) throws -> Address { try base.resolving(path) }

  /// Sends a request, with whatever credentials it turns out to need; tries again where that may help.
  /// - Parameter retries: `false` for what cannot simply be repeated.
  func send(
    _ method: Request.Method, _ address: Address, _ scope: Scope?, retries: Bool = true,
    _ prepare: (inout Request) -> Void = { _ in }
  ) throws -> Response {
    var request = Request(method, address, trust: trust)
    if address.origin != base.origin { (request.trust.clientCertificate, request.trust.clientKey) = (nil, nil) }
    prepare(&request)
    func once() throws -> Response {
      // An upload may lead elsewhere: nobody but the registry sees what it is opened with.
      guard address.origin == base.origin else { return try client.send(request) }
      request.authorization = authorizer.authorization(scope)
      let response = try client.send(request)
      guard response.status == 401, response.address.origin == base.origin,
        try authorizer.answer(response.all("www-authenticate"), scope, refused: request.authorization)
      else { return response }
      response.close()
      request.authorization = authorizer.authorization(scope)
      return try client.send(request)
    }
    return retries ? try Retrying.attempt(client, once) : try once()
  }
}
