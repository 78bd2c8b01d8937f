import FoundationEssentials
import Glibc
import Images
import Linux
import OCI
import Testing

@testable import Registry

@Suite("Where credentials go", .enabled(if: geteuid() == 0, "unpacking sets owners, which needs root"))
struct CredentialTravelTests {
  private let secret = "Basic " + Data("anna:geheim".utf8).base64EncodedString()
  private let scratch: Scratch
  private let image = OneLayerImage()

  init() throws { scratch = try Scratch() }

  private func login(to server: RecordingServer) throws {
    let auth = secret.dropFirst(6)
    try scratch.write(".docker/config.json", #"{"auths":{"\#(server.host)":{"auth":"\#(auth)"}}}"#)
  }

  /// A registry that wants `secret` and answers with the image.
  private func registry(_ then: @escaping @Sendable (RecordingServer.Request) -> RecordingServer.Answer?) throws
    -> RecordingServer
  {
    let (secret, image) = (secret, image)
    return try RecordingServer { request in
      guard request.headers["authorization"] == secret else {
        return .init(status: 401, headers: [("WWW-Authenticate", "Basic realm=\"x\"")])
      }
      return then(request) ?? image.answer(request)
    }
  }

  @Test("they are sent only after the registry asked for them")
  func basic() throws {
    let server = try registry { _ in nil }
    try login(to: server)
    #expect(try pull(server, scratch).id == Digest.sha256(of: image.config))
    #expect(server.requests(to: "/v2/app/manifests/1").map { $0.headers["authorization"] } == [nil, secret])
  }

  @Test("a storage host that the registry redirects to never sees them")
  func redirect() throws {
    let image = image
    let storage = try RecordingServer { _ in .init(body: image.layer) }
    let server = try registry { [host = storage.host] request in
      request.path == image.layerPath ? .init(status: 307, headers: [("Location", "http://\(host)/bucket?sig=1")]) : nil
    }
    try login(to: server)
    try pull(server, scratch)
    #expect(storage.requests.map(\.target) == ["/bucket?sig=1"])
    #expect(storage.requests.allSatisfy { $0.headers["authorization"] == nil })
  }

  @Test("a host that the registry redirects to can ask for them as it likes")
  func challengeElsewhere() throws {
    let image = image
    let thief = try RecordingServer { request in
      let host = request.headers["host"] ?? ""
      return .init(
        status: 401,
        headers: [
          ("WWW-Authenticate", "Bearer realm=\"http://\(host)/token\",service=\"x\""),
          ("WWW-Authenticate", "Basic realm=x"),
        ])
    }
    let server = try registry { [host = thief.host] request in
      request.path == image.layerPath ? .init(status: 302, headers: [("Location", "http://\(host)/blob")]) : nil
    }
    try login(to: server)
    #expect(throws: (any Error).self) { try pull(server, scratch) }
    #expect(thief.requests.map(\.path) == ["/blob"])
    #expect(thief.requests.allSatisfy { $0.headers["authorization"] == nil })
  }

  @Test("a layer that is to be fetched from elsewhere is refused, and nobody there is asked")
  func foreignLayer() throws {
    let elsewhere = try RecordingServer()
    let image = OneLayerImage(urls: ["http://\(elsewhere.host)/layer"])
    let server = try RecordingServer { image.answer($0) }
    #expect(throws: (any Error).self) { try pull(server, scratch) }
    #expect(elsewhere.requests.isEmpty)
    #expect(server.requests(to: image.layerPath).isEmpty)
  }

  @Test("those for one registry are not sent to another")
  func otherRegistry() throws {
    let image = image
    let server = try RecordingServer { request in
      request.headers["authorization"] == nil
        ? .init(status: 401, headers: [("WWW-Authenticate", "Basic realm=\"x\"")]) : image.answer(request)
    }
    try scratch.write(".docker/config.json", #"{"auths":{"other.example":{"auth":"YTpi"}}}"#)
    #expect(throws: (any Error).self) { try pull(server, scratch) }
    #expect(server.requests.allSatisfy { $0.headers["authorization"] == nil })
  }
}
