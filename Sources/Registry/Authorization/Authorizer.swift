import Diagnostics
import HTTP
import Linux
import OCI
import Synchronization

/// Answers the challenges of one registry, and remembers the answers.
///
/// Only the registry's own origin is answered, never a host that it redirects to. A token server gets the credentials that
/// are meant for the registry only where the connection is encrypted, or where the one to the registry is not either.
final class Authorizer: Sendable {
  private let client: Client
  private let origin: Origin
  private let trust: Trust
  /// For a repository: containers' file may have one for a part of a registry.
  private let credential: @Sendable (String) throws -> Credential?
  private let state = Mutex(State())
  /// One at a time asks a token server, so that ten layers do not ask ten times.
  private let asking = Mutex(())

  private struct State {
    /// By repository.
    var basic: [String: String] = [:]
    var tokens: [String: (authorization: String, expires: Int64)] = [:]
  }

  init(
    _ client: Client, _ origin: Origin, _ trust: Trust, credential: @escaping @Sendable (String) throws -> Credential?
  ) {
    (self.client, self.origin, self.trust, self.credential) = (client, origin, trust, credential)
  }

  /// What is sent with a request, as far as it is known.
  func authorization(_ scope: Scope?) -> String? {
    state.withLock { state in
      if let basic = state.basic[scope?.repository ?? ""] { return basic }
      guard let token = state.tokens[scope?.description ?? ""], token.expires > Monotonic.now else { return nil }
      return token.authorization
    }
  }

  /// Gets what the challenges ask for.
  /// - Parameter sent: what was refused.
  /// - Returns: `false` where there is nothing better to send.
  func answer(_ headers: [String], _ scope: Scope?, refused sent: String?) throws -> Bool {
    try asking.withLock { _ in
      // Another thread was quicker.
      if let known = authorization(scope), known != sent { return true }
      let challenges = headers.flatMap(Challenge.parse)
      let found = try credential(scope?.repository ?? "")
      if case .registryToken(let token)? = found, challenges.contains(where: { $0.scheme == "bearer" }) {
        return remember("Bearer \(token)", scope, seconds: 3600, unless: sent)
      }
      if let bearer = challenges.first(where: { $0.scheme == "bearer" }) {
        let (token, seconds) = try token(bearer, scope, found)
        return remember("Bearer \(token)", scope, seconds: seconds, unless: sent)
      }
      guard challenges.contains(where: { $0.scheme == "basic" }), case .password(let user, let secret)? = found else {
        return false
      }
      let basic = Credential.basic(user, secret)
      state.withLock { $0.basic[scope?.repository ?? ""] = basic }
      return basic != sent
    }
  }

  private func remember(_ authorization: String, _ scope: Scope?, seconds: Int64, unless sent: String?) -> Bool {
    state.withLock {
      // Before it runs out on the way.
      let expires = Monotonic.now + max(seconds - 5, 1) * 1_000_000_000
      $0.tokens[scope?.description ?? ""] = (authorization, expires)
    }
    return authorization != sent
  }

  private struct TokenAnswer: Decodable {
    var token: String?
    var accessToken: String?
    var expiresIn: Int64?

    enum CodingKeys: String, CodingKey {
      case token
      case accessToken = "access_token"
      case expiresIn = "expires_in"
    }
  }

  /// The token server's protocol (distribution, "Token Authentication Specification" and "OAuth2 Token Authentication").
  private func token(_ challenge: Challenge, _ scope: Scope?, _ found: Credential?) throws -> (String, Int64) {
    guard let realm = challenge.parameters["realm"] else {
      throw Failure(.corrupt, "it asks for a token and does not say of whom", subject: origin.description)
    }
    let server = try Address(realm)
    guard server.origin.scheme == "https" || origin.scheme == "http" else {
      throw Failure(
        .notPermitted, "it sends to a token server (\(server.origin)) whose connection is not encrypted",
        subject: origin.description)
    }
    let scopes = scope?.words ?? challenge.parameters["scope"].map { [$0] } ?? []
    let service = challenge.parameters["service"]
    // The registry's own client certificate is for the registry.
    var trust = trust
    if server.origin != origin { (trust.clientCertificate, trust.clientKey) = (nil, nil) }
    var request: Request
    if case .identityToken(let token)? = found {
      request = Request(.post, server, trust: trust)
      var form = [("grant_type", "refresh_token"), ("client_id", "davit"), ("refresh_token", token)]
      if let service { form.append(("service", service)) }
      if !scopes.isEmpty { form.append(("scope", scopes.joined(separator: " "))) }
      request.headers.append(("Content-Type", "application/x-www-form-urlencoded"))
      request.body = .bytes(Array(form.map { "\($0)=\(Address.escape($1))" }.joined(separator: "&").utf8))
    } else {
      var address = server
      if let service { address = try address.adding("service", service) }
      for scope in scopes { address = try address.adding("scope", scope) }
      if case .password(let user, _)? = found { address = try address.adding("account", user) }
      request = Request(.get, address, trust: trust)
      if case .password(let user, let secret)? = found { request.authorization = Credential.basic(user, secret) }
    }
    let response = try Retrying.attempt(client) { try client.send(request) }
    guard response.status == 200 else {
      throw Failure(
        .notPermitted, "the token server \(server.origin) refuses (status \(response.status))",
        hint: found == nil
          ? "`davit login` gives it your credentials" : "are the credentials right? `davit login` again",
        causes: Answer.reasons(of: response))
    }
    let answer = try JSON.decode(
      TokenAnswer.self, from: try response.body(limit: 1 << 20), what: "answer of \(server.origin)")
    guard let token = answer.token ?? answer.accessToken, !token.isEmpty else {
      throw Failure(.corrupt, "its answer holds no token", subject: "token server \(server.origin)")
    }
    return (token, answer.expiresIn ?? 60)
  }
}
