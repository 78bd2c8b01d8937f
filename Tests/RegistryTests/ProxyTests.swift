import Glibc
import HTTP
import Images
import Linux
import OCI
import Testing

@testable import Registry

@Suite("Proxies", .enabled(if: geteuid() == 0, "unpacking sets owners, which needs root"))
struct ProxyTests {
  private let scratch: Scratch
  private let image = OneLayerImage()

  init() throws { scratch = try Scratch() }

  private func settings(_ variables: [String: String]) -> RegistrySettings {
    var settings = RegistrySettings(
      userAgent: "test",
      environment: ["HOME": scratch.path, "XDG_RUNTIME_DIR": "\(scratch.path)/run"].merging(variables) { $1 },
      user: 0)
    settings.insecure = ["registry.invalid:5000"]
    return settings
  }

  private func pull(_ variables: [String: String], from registry: String = "registry.invalid:5000") throws {
    let reference = try Reference("\(registry)/app:1")
    _ = try ImageStore(root: "\(scratch.path)/root").pull(
      PullRequest(reference, from: Registries(settings(variables)).source(reference)))
  }

  /// A proxy that knows the registry `registry.invalid`, which nobody can reach without it; it lets no tunnel through.
  private func proxy() throws -> RecordingServer {
    let image = image
    return try RecordingServer { request in
      guard request.method == "GET" || request.method == "HEAD" else { return .init(status: 403) }
      var inner = request
      inner.target = String(request.target.dropFirst("http://registry.invalid:5000".count))
      return image.answer(inner)
    }
  }

  @Test("what is not on this machine is asked for through HTTP_PROXY, as a whole address")
  func plain() throws {
    let proxy = try proxy()
    try pull(["HTTP_PROXY": "http://\(proxy.host)", "HTTPS_PROXY": "http://\(proxy.host)"])
    let asked = proxy.requests
    #expect(asked.contains { $0.target == "http://registry.invalid:5000/v2/app/manifests/1" })
    // An encrypted connection is a tunnel, asked for first.
    #expect(asked.first?.method == "CONNECT" && asked.first?.target == "registry.invalid:5000")
  }

  @Test("credentials of the proxy are for the proxy, those of the registry for the registry")
  func credentials() throws {
    let proxy = try proxy()
    try scratch.write(".docker/config.json", #"{"auths":{"registry.invalid:5000":{"auth":"YW5uYTpnZWhlaW0="}}}"#)
    try pull(["HTTP_PROXY": "http://p:q@\(proxy.host)"])
    #expect(proxy.requests.allSatisfy { $0.headers["proxy-authorization"] == "Basic cDpx" })
    // Nobody asked for them.
    #expect(proxy.requests.allSatisfy { $0.headers["authorization"] == nil })
  }

  @Test("NO_PROXY keeps hosts and domains out, and this machine is never asked for through one")
  func exceptions() throws {
    let proxy = try proxy()
    for except in ["registry.invalid", ".invalid", "a.example,registry.invalid"] {
      #expect(throws: (any Error).self) { try pull(["HTTP_PROXY": "http://\(proxy.host)", "NO_PROXY": except]) }
    }
    let image = image
    let here = try RecordingServer { image.answer($0) }
    try pull(["HTTP_PROXY": "http://\(proxy.host)"], from: here.host)
    #expect(!here.requests.isEmpty && proxy.requests.isEmpty)
  }
}
