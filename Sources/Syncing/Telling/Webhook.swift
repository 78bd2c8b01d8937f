import Presentation

/// Push events of GitHub, GitLab, Gitea and Forgejo: who sent them is proved before anything of them is read.
public struct Webhook: Sendable {
  public enum Verdict: Hashable, Sendable {
    /// What is followed was pushed to.
    case accepted
    /// It is genuine, and says nothing of what is followed; in words.
    case ignored(String)
    /// Nobody proved anything; in words.
    case refused(String)
  }

  /// Bytes of a body; GitHub sends no longer ones.
  public static let limit = 25 << 20

  private let secret: [UInt8]
  /// The branch or tag that is followed; `HEAD` is every branch.
  private let reference: String

  public init(secret: [UInt8], reference: String) {
    self.secret = secret
    self.reference = reference
  }

  /// - Parameter header: the value of a header by its name in lower case.
  public func judge(_ body: [UInt8], header: (String) -> String?) -> Verdict {
    if let signature = header("x-hub-signature-256") {
      guard signature.hasPrefix("sha256="), proves(signature.dropFirst(7), body) else {
        return .refused("the signature is not right")
      }
    } else if let signature = header("x-gitea-signature") ?? header("x-forgejo-signature") ?? header("x-gogs-signature")
    {
      guard proves(signature[...], body) else { return .refused("the signature is not right") }
    } else if let token = header("x-gitlab-token") {
      // Compared as digests, so that not even the length shows.
      guard HMAC.equal(HMAC.sha256(Array(token.utf8), key: secret), HMAC.sha256(secret, key: secret)) else {
        return .refused("the token is not right")
      }
    } else {
      return .refused("it is not signed")
    }
    let event =
      header("x-github-event") ?? header("x-gitea-event") ?? header("x-forgejo-event") ?? header("x-gogs-event")
      ?? header("x-gitlab-event") ?? "push"
    guard ["push", "Push Hook", "Tag Push Hook", "create", "System Hook"].contains(event) else {
      return .ignored("\(event) is no push")
    }
    guard let payload = try? JSONValue(parsing: String(decoding: body, as: UTF8.self)),
      case .string(let pushed)? = payload["ref"]
    else { return .ignored("it names no ref") }
    let names = [pushed, pushed.replacing("refs/heads/", with: ""), pushed.replacing("refs/tags/", with: "")]
    guard reference == "HEAD" || names.contains(reference) else { return .ignored("\(pushed) is not followed") }
    return .accepted
  }

  private func proves(_ hex: Substring, _ body: [UInt8]) -> Bool {
    guard let given = HMAC.hex(hex) else { return false }
    return HMAC.equal(given, HMAC.sha256(body, key: secret))
  }
}
