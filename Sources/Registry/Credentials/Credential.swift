import FoundationEssentials

/// What proves to a registry who somebody is.
public enum Credential: Hashable, Sendable {
  case password(user: String, secret: String)
  /// A refresh token that a token server gave (`identitytoken`).
  case identityToken(String)
  /// Sent as it is (`registrytoken`).
  case registryToken(String)

  /// RFC 7617.
  static func basic(_ user: String, _ secret: String) -> String {
    "Basic " + Data("\(user):\(secret)".utf8).base64EncodedString()
  }
}
