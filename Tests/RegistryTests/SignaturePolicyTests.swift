import Diagnostics
import Glibc
import Images
import Linux
import OCI
import Testing

@testable import Registry

@Suite("Which images may come in", .enabled(if: geteuid() == 0, "unpacking sets owners, which needs root"))
struct SignaturePolicyTests {
  private let scratch: Scratch
  private let image = OneLayerImage()

  init() throws {
    scratch = try Scratch()
    try scratch.write("cosign.pub", SigningKey.publicPEM)
    try scratch.write("other.pub", SigningKey.otherPEM)
  }

  private func policy(_ scope: String, _ requirement: String) throws {
    try scratch.write(
      ".config/containers/policy.json",
      #"{"default":[{"type":"reject"}],"transports":{"docker":{"\#(scope)":[\#(requirement)]}}}"#)
  }

  private func signed(_ key: String = "cosign.pub", identity: String = "matchRepository") -> String {
    #"{"type":"sigstoreSigned","keyPath":"\#(scratch.path)/\#(key)","signedIdentity":{"type":"\#(identity)"}}"#
  }

  /// A registry with the image, and whatever signatures there are of it, by tag or as referrers.
  private func server(_ signature: CosignSignature?, asReferrer: Bool = false) throws -> RecordingServer {
    let image = image
    let digest = Digest.sha256(of: image.manifest)
    return try RecordingServer { request in
      guard let signature else { return image.answer(request) }
      let manifest = RecordingServer.Answer(
        headers: [("Content-Type", MediaType.manifest.rawValue)], body: signature.manifest)
      switch request.path {
      case signature.payloadPath: return .init(body: signature.payload)
      case "/v2/app/manifests/sha256-\(digest.hex).sig" where !asReferrer: return manifest
      case "/v2/app/manifests/\(signature.digest)" where asReferrer: return manifest
      case "/v2/app/referrers/\(digest)" where asReferrer:
        var descriptor = ContentDescriptor(
          mediaType: .manifest, digest: signature.digest, size: Int64(signature.manifest.count))
        descriptor.artifactType = ImageSignature.artifactType
        return .init(body: JSON.encode(Index(manifests: [descriptor])))
      default: return image.answer(request)
      }
    }
  }

  private func refusal(_ server: RecordingServer) -> String {
    do {
      try pull(server, scratch)
      return "accepted"
    } catch { return "\(error)" }
  }

  private var digest: Digest { .sha256(of: image.manifest) }

  @Test("what is rejected is not even asked for; the most special scope counts")
  func scopes() throws {
    let server = try server(nil)
    try policy("elsewhere.example", #"{"type":"insecureAcceptAnything"}"#)
    #expect(refusal(server).contains("rejected by the policy in \(scratch.path)/.config/containers/policy.json"))
    #expect(server.requests.isEmpty)
    try policy("\(server.host)/app", #"{"type":"insecureAcceptAnything"}"#)
    #expect(refusal(server) == "accepted")
    try policy(server.host, #"{"type":"signedBy","keyType":"GPGKeys","keyPath":"x"}"#)
    #expect(refusal(server).contains("GnuPG"))
  }

  @Test("scopes go from the whole name over its parts to the host, its domains and the default")
  func precedence() throws {
    let accept = #"[{"type":"insecureAcceptAnything"}]"#
    func accepts(_ scopes: [String], _ name: String) throws -> Bool {
      let list = scopes.map { "\"\($0)\":\(accept)" }.joined(separator: ",")
      let text = #"{"default":[{"type":"reject"}],"transports":{"docker":{\#(list)}}}"#
      let content = try JSON.decode(JSONValue.self, from: Array(text.utf8), what: "policy")
      return try SignaturePolicy(content, file: "f").requirements(for: Reference(name)) == [.accept]
    }
    for scope in [
      "h.a.example:5000/t/app:1", "h.a.example:5000/t/app", "h.a.example:5000/t", "h.a.example:5000", "*.example", "",
    ] {
      #expect(try accepts([scope], "h.a.example:5000/t/app:1"), "\(scope)")
    }
    for scope in ["h.a.example:5000/t/ap", "h.a.example", "*.h.a.example", "docker.io"] {
      #expect(try !accepts([scope], "h.a.example:5000/t/app:1"), "\(scope)")
    }
    #expect(try accepts(["docker.io/library"], "busybox:1"))
  }

  @Test("a signature by the key lets the image in, found by its tag or as a referrer", arguments: [false, true])
  func accepted(asReferrer: Bool) throws {
    var name = "127.0.0.1:1/app"
    let probe = try server(nil)
    name = "\(probe.host)/app"
    // The name in the payload is the registry's, which is known once it listens.
    let signature = CosignSignature(of: digest, named: name)
    let server = try server(signature, asReferrer: asReferrer)
    try policy(
      server.host,
      #"{"type":"sigstoreSigned","keyPath":"\#(scratch.path)/cosign.pub","signedIdentity":{"type":"exactRepository","dockerRepository":"\#(name)"}}"#
    )
    #expect(refusal(server) == "accepted")
  }

  @Test("no signature, another key, another image, another name and a changed payload do not; nothing is fetched")
  func refused() throws {
    let name = "registry.example/app"
    func refused(_ signature: CosignSignature?, _ requirement: String, _ reason: String) throws {
      let server = try server(signature)
      try policy(server.host, requirement)
      #expect(refusal(server).contains(reason), "\(refusal(server))")
      #expect(server.requests(to: image.layerPath).isEmpty)
      #expect(try ImageStore(root: "\(scratch.path)/root").list().isEmpty)
    }
    let other = Digest.sha256(of: [1])
    try refused(nil, signed(), "a signature was required, but no signature exists")
    try refused(CosignSignature(of: digest, named: name), signed("other.pub"), "it is by none of the keys")
    try refused(CosignSignature(of: other, named: name), signed(), "it is for \(other)")
    try refused(CosignSignature(of: digest, named: name), signed(), "it is for \(name)")
    let changed = CosignSignature(of: other, named: name) { payload in
      let text = String(decoding: payload, as: UTF8.self).replacing("\(other)", with: "\(digest)")
      return Array(text.utf8)
    }
    try refused(changed, signed(), "it is by none of the keys")
    // Each requirement must be fulfilled.
    try refused(CosignSignature(of: digest, named: name), signed() + "," + signed("other.pub"), "is for")
  }

  @Test("names of signatures are compared as the policy says")
  func identities() throws {
    let (tagged, digested) = (try Reference("r.example/a/b:1"), try Reference("r.example/a/b@\(digest)"))
    func ok(_ identity: SignedIdentity, _ signed: String, _ image: Reference) throws -> Bool {
      identity.accepts(try Reference(signed), for: image)
    }
    #expect(try ok(.exact, "r.example/a/b:1", tagged) && !ok(.exact, "r.example/a/b:2", tagged))
    #expect(try !ok(.exact, "r.example/a/b", tagged) && !ok(.exact, "r.example/a/b", digested))
    #expect(try ok(.repositoryOrExact, "r.example/a/b:1", tagged) && ok(.repositoryOrExact, "r.example/a/b", digested))
    #expect(try !ok(.repositoryOrExact, "r.example/a/b", tagged) && !ok(.repositoryOrExact, "r.example/a/c", digested))
    #expect(try ok(.repository, "r.example/a/b:9", tagged) && !ok(.repository, "r.example/a/c", tagged))
    let moved = SignedIdentity.remapped(prefix: "r.example/a", signedPrefix: "vendor.example/x")
    #expect(try ok(moved, "vendor.example/x/b:1", tagged) && !ok(moved, "r.example/a/b:1", tagged))
  }

  @Test(
    "a policy that cannot be understood lets nothing in",
    arguments: [
      "", "[]", "{}", #"{"default":[]}"#, #"{"default":[{"type":"maybe"}]}"#, #"{"default":[{"type":"reject"}],"x":1}"#,
      #"{"default":[{"type":"sigstoreSigned"}]}"#, #"{"default":[{"type":"sigstoreSigned","keyPath":"/nowhere"}]}"#,
      #"{"default":[{"type":"sigstoreSigned","keyData":"bm8ga2V5"}]}"#,
    ])
  func garbled(_ text: String) throws {
    try scratch.write(".config/containers/policy.json", text)
    let server = try server(nil)
    #expect(refusal(server) != "accepted")
    #expect(server.requests.isEmpty)
  }

  @Test("an image that is here can be held against a key, without any policy")
  func byHand() throws {
    let server = try server(nil)
    try pull(server, scratch)
    let reference = try Reference("\(server.host)/app:1")
    let manifests = try ImageStore(root: "\(scratch.path)/root").manifests(of: reference.description)
    #expect(manifests == [digest])
    let key = try PublicKey(file: "\(scratch.path)/cosign.pub")
    #expect(throws: Failure.self) {
      try Registries(scratch.settings).requireSignature(of: manifests, named: reference, by: [key])
    }
  }
}
