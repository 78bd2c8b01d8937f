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
  private let known = Mutex<RegistriesConfiguration?>(nil)
  private let knownPolicy = Mutex<SignaturePolicy?>(nil)
  /// One at a time finds out how a registry is spoken to.
  private let opening = Mutex(())

  public init(_ settings: RegistrySettings, cancellation: Cancellation? = nil) {
    self.settings = settings
    client = Client(userAgent: settings.userAgent, proxies: settings.proxies, cancellation: cancellation)
  }

  /// The repository that a reference names, where its registry itself has it.
  public func repository(_ reference: Reference) throws -> Repository {
    let place = try configuration().places(of: reference).last!
    return try repository(at: place, named: reference)
  }

  /// Where an image is fetched from: its registry's mirrors, then the registry. Throws where the policy accepts nothing of
  /// that name.
  public func source(_ reference: Reference) throws -> any RemoteImages {
    try Admission(policy(), reference).requirePossible()
    let places = try configuration().places(of: reference)
    if places.count == 1 { return try repository(at: places[0], named: reference) }
    var open: [Repository] = []
    for (index, place) in places.enumerated() {
      do { open.append(try repository(at: place, named: reference)) } catch {
        // A mirror that cannot be reached is none.
        if index == places.count - 1, open.isEmpty { throw error }
      }
    }
    return MirroredRepository(open)
  }

  /// The names of all tags of a repository, where its images are fetched from.
  public func tags(_ reference: Reference) throws -> [String] {
    switch try source(reference) {
    case let mirrored as MirroredRepository: try mirrored.tags()
    case let repository as Repository: try repository.tags()
    default: []
    }
  }

  private func repository(at place: RegistriesConfiguration.Place, named reference: Reference) throws -> Repository {
    Repository(
      try session(place.reference.domain, insecure: place.insecure), reference, path: place.reference.path,
      admission: Admission(try policy(), reference))
  }

  func policy() throws -> SignaturePolicy {
    try knownPolicy.withLock { known in
      if let known { return known }
      let read = try SignaturePolicy.read(settings.policyFiles)
      known = read
      return read
    }
  }

  private func configuration() throws -> RegistriesConfiguration {
    try known.withLock { known in
      if let known { return known }
      let read = try RegistriesConfiguration(
        files: settings.configurationFiles, daemon: .read(settings.daemonFiles))
      known = read
      return read
    }
  }

  func session(_ domain: String, insecure: Bool) throws -> Session {
    let insecure = insecure || settings.insecure.contains(domain)
    let key = insecure ? "insecure \(domain)" : domain
    return try opening.withLock { _ in
      if let known = sessions.withLock({ $0[key] }) { return known }
      let session = try Session(domain, client, settings, insecure: insecure)
      sessions.withLock { $0[key] = session }
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

  /// Checks credentials with a registry, and keeps nothing.
  public func verify(_ domain: String, _ credential: Credential) throws { try check(domain, credential) }

  private func check(_ domain: String, _ credential: Credential) throws {
    let session = try Session(
      domain, client, settings, insecure: try isInsecure(domain), credential: credential)
    let response = try session.send(.get, session.address("/v2/"), nil)
    guard response.status == 200 else {
      let reasons = Answer.reasons(of: response)
      throw Failure(
        response.status == 401 ? .notPermitted : .system,
        response.status == 401 ? "unauthorized: the user name or the password is wrong" : "status \(response.status)",
        subject: "login to \(domain)", causes: reasons)
    }
  }

  func isInsecure(_ domain: String) throws -> Bool {
    let place = try configuration().places(of: Reference(domain: domain, path: "")).last!
    return settings.insecure.contains(domain) || place.insecure && place.reference.domain == domain
  }

  /// Forgets the credentials for a registry. `false`: there were none.
  public func logout(_ domain: String) throws -> Bool { try settings.credentials.erase(domain) }
}
