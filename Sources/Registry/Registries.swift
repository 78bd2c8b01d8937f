import Diagnostics
import HTTP
import Images
import Linux
import OCI
import Synchronization

/// All registries, as this person may use them.
public final class Registries: Sendable {
  public let settings: RegistrySettings
  let client: Client
  private let sessions = Mutex<[String: Session]>([:])
  /// One at a time finds out how a registry is spoken to.
  private let opening = Mutex(())

  public init(_ settings: RegistrySettings, cancellation: Cancellation? = nil) {
    self.settings = settings
    client = Client(userAgent: settings.userAgent, proxies: settings.proxies, cancellation: cancellation)
  }

  /// The repository that a reference names.
  public func repository(_ reference: Reference) throws -> Repository {
    Repository(try session(reference.domain), reference)
  }

  func session(_ domain: String) throws -> Session {
    try opening.withLock { _ in
      if let known = sessions.withLock({ $0[domain] }) { return known }
      let session = try Session(
        domain, client, settings, insecure: settings.insecure.contains(domain))
      sessions.withLock { $0[domain] = session }
      return session
    }
  }

  /// Checks credentials with a registry and keeps them.
  public func login(_ domain: String, user: String, secret: String) throws {
    let credential = Credential.password(user: user, secret: secret)
    try check(domain, credential)
    try settings.credentials.store(domain, credential)
  }

  /// Checks the credentials that are there already. `false`: there are none.
  public func checkLogin(_ domain: String) throws -> Bool {
    guard let credential = try settings.credentials.credential(domain) else { return false }
    try check(domain, credential)
    return true
  }

  private func check(_ domain: String, _ credential: Credential) throws {
    let session = try Session(
      domain, client, settings, insecure: settings.insecure.contains(domain), credential: credential)
    let response = try session.send(.get, session.address("/v2/"), nil)
    guard response.status == 200 else {
      let reasons = Answer.reasons(of: response)
      throw Failure(
        response.status == 401 ? .notPermitted : .system,
        response.status == 401 ? "unauthorized: the user name or the password is wrong" : "status \(response.status)",
        subject: "login to \(domain)", causes: reasons)
    }
  }

  /// Forgets the credentials for a registry. `false`: there were none.
  public func logout(_ domain: String) throws -> Bool { try settings.credentials.erase(domain) }
}
