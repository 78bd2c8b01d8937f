import FoundationEssentials
import Glibc
import Images
import Linux
import OCI
import Testing

@testable import Registry

@Suite("Tokens", .enabled(if: geteuid() == 0, "unpacking sets owners, which needs root"))
struct TokenTests {
  private let scratch: Scratch
  private let image = OneLayerImage()

  init() throws { scratch = try Scratch() }

  /// A registry that sends to a token server.
  private func registry(_ tokens: RecordingServer) throws -> RecordingServer {
    let image = image
    return try RecordingServer { [host = tokens.host] request in
      guard request.path == "/v2/" || request.headers["authorization"] == "Bearer good" else {
        let realm = "Bearer realm=\"http://\(host)/token\",service=\"reg\",scope=\"repository:app:pull\""
        return .init(status: 401, headers: [("WWW-Authenticate", realm)])
      }
      return image.answer(request)
    }
  }

  @Test("whoever has no account gets one without, once for all layers")
  func anonymous() throws {
    let tokens = try RecordingServer { _ in .init(body: Array(#"{"token":"good","expires_in":300}"#.utf8)) }
    let server = try registry(tokens)
    try pull(server, scratch)
    #expect(tokens.requests.map(\.target) == ["/token?service=reg&scope=repository%3Aapp%3Apull"])
    #expect(tokens.requests[0].headers["authorization"] == nil)
  }

  @Test("an account's password goes to the token server, and only the token to the registry")
  func password() throws {
    let tokens = try RecordingServer { _ in .init(body: Array(#"{"access_token":"good"}"#.utf8)) }
    let server = try registry(tokens)
    try scratch.write(".docker/config.json", #"{"auths":{"http://\#(server.host)/v2/":{"auth":"YW5uYTpnZWhlaW0="}}}"#)
    try pull(server, scratch)
    #expect(tokens.requests[0].headers["authorization"] == "Basic YW5uYTpnZWhlaW0=")
    #expect(tokens.requests[0].target.contains("account=anna"))
    #expect(Set(server.requests.compactMap { $0.headers["authorization"] }) == ["Bearer good"])
  }

  @Test("a refresh token is exchanged in a form, not shown in an address")
  func refresh() throws {
    let tokens = try RecordingServer { _ in .init(body: Array(#"{"access_token":"good"}"#.utf8)) }
    let server = try registry(tokens)
    try scratch.write(".docker/config.json", #"{"auths":{"\#(server.host)":{"identitytoken":"re&fresh"}}}"#)
    try pull(server, scratch)
    #expect(tokens.requests[0].method == "POST" && tokens.requests[0].target == "/token")
    let form = String(decoding: tokens.requests[0].body, as: UTF8.self)
    #expect(form.contains("grant_type=refresh_token") && form.contains("refresh_token=re%26fresh"), "\(form)")
  }

  @Test("a token that the registry does not take ends the pull, without asking for ever")
  func refused() throws {
    let tokens = try RecordingServer { _ in .init(body: Array(#"{"token":"bad"}"#.utf8)) }
    let server = try registry(tokens)
    #expect(throws: (any Error).self) { try pull(server, scratch) }
    #expect(tokens.requests.count <= 2)
  }
}
