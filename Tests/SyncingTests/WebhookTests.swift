import Testing

@testable import Syncing

@Suite struct WebhookTests {
  private let hook = Webhook(secret: Array("It's a Secret to Everybody".utf8), reference: "main")

  private func judge(_ body: String, _ headers: [String: String]) -> Webhook.Verdict {
    hook.judge(Array(body.utf8)) { headers[$0] }
  }

  /// The example of GitHub's documentation.
  @Test("GitHub's own example of a signature is right, and nothing near it is")
  func example() {
    let signature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    let body = "Hello, World!"
    #expect(judge(body, ["x-hub-signature-256": "sha256=" + signature]) == .ignored("it names no ref"))
    for wrong in [
      "sha256=" + signature.dropLast() + "8", "sha256=", signature, "sha1=" + signature, "sha256=" + signature + "00",
      "sha256=" + String(repeating: "g", count: 64), "sha256=" + signature.dropLast(),
    ] {
      #expect(judge(body, ["x-hub-signature-256": wrong]) == .refused("the signature is not right"), "\(wrong)")
    }
    #expect(judge(body + " ", ["x-hub-signature-256": "sha256=" + signature]) == .refused("the signature is not right"))
    #expect(judge(body, [:]) == .refused("it is not signed"))
  }

  /// RFC 4231, test cases 1, 2, 3 and 6.
  @Test(
    "HMAC-SHA256 gives what RFC 4231 says",
    arguments: [
      (
        [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
      ),
      (
        [UInt8](repeating: 0xaa, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
    ])
  func vectors(key: [UInt8], message: [UInt8], expected: String) {
    #expect(HMAC.sha256(message, key: key) == HMAC.hex(expected))
  }

  @Test("GitLab's token counts as it is, and only pushes to what is followed wake the sync")
  func gitlab() {
    let token = ["x-gitlab-token": "It's a Secret to Everybody", "x-gitlab-event": "Push Hook"]
    #expect(judge(#"{"ref":"refs/heads/main"}"#, token) == .accepted)
    #expect(judge(#"{"ref":"refs/heads/other"}"#, token) == .ignored("refs/heads/other is not followed"))
    #expect(judge(#"{"ref":"refs/heads/main"}"#, ["x-gitlab-token": "It"]) == .refused("the token is not right"))
    let issue = token.merging(["x-gitlab-event": "Issue Hook"]) { $1 }
    #expect(judge(#"{"ref":"refs/heads/main"}"#, issue) == .ignored("Issue Hook is no push"))
    #expect(judge("[]", token) == .ignored("it names no ref"))
    #expect(judge("{", token) == .ignored("it names no ref"))
  }
}
