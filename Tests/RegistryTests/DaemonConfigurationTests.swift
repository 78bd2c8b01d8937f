import Diagnostics
import Glibc
import Images
import Linux
import OCI
import Testing

@testable import Registry

@Suite("daemon.json")
struct DaemonConfigurationTests {
  private func read(_ text: String) throws -> DaemonConfiguration {
    try DaemonConfiguration(JSON.decode(JSONValue.self, from: Array(text.utf8), what: "f"), file: "f")
  }

  @Test("mirrors are Docker Hub's, in their order; a mirror without encryption says so by its scheme")
  func mirrors() throws {
    let daemon = try read(
      #"{"log-driver":"x","registry-mirrors":["https://m.example/","http://10.0.0.1:5000"],"insecure-registries":["m.example"]}"#
    )
    let places = daemon.mirrors(of: try Reference("busybox:1"))
    #expect(places.map(\.reference.description) == ["m.example/library/busybox:1", "10.0.0.1:5000/library/busybox:1"])
    #expect(places.map(\.insecure) == [true, true])
    #expect(daemon.mirrors(of: try Reference("quay.example/a:1")).isEmpty)
  }

  @Test("insecure registries are hosts, hosts with ports, and networks")
  func insecure() throws {
    let daemon = try read(#"{"insecure-registries":["a.example","b.example:5000","10.1.0.0/16","fd00::/8"]}"#)
    for host in ["a.example", "a.example:5000", "b.example:5000", "10.1.2.3:5000", "[fd00::7]:443"] {
      #expect(daemon.isInsecure(host), "\(host)")
    }
    for host in ["b.example", "c.example", "10.2.0.1", "x.a.example"] { #expect(!daemon.isInsecure(host), "\(host)") }
  }

  @Test(
    "what makes no sense is an error with the file's name",
    arguments: [
      #"{"registry-mirrors":"x"}"#, #"{"registry-mirrors":["m.example"]}"#, #"{"registry-mirrors":["https://m/p/q"]}"#,
      #"{"insecure-registries":[1]}"#, #"{"insecure-registries":["http://x"]}"#,
    ])
  func garbled(_ text: String) throws {
    do {
      _ = try read(text)
      Issue.record("it was read")
    } catch { #expect("\(error)".hasPrefix("f: ")) }
  }

  @Test(
    "an image of Docker Hub comes from the mirror, under its own name",
    .enabled(if: geteuid() == 0, "unpacking sets owners, which needs root"))
  func pulled() throws {
    let scratch = try Scratch()
    let image = OneLayerImage()
    let server = try RecordingServer { request in
      var request = request
      request.target = request.target.replacing("/library/", with: "/")
      return image.answer(request)
    }
    try scratch.write(".config/docker/daemon.json", #"{"registry-mirrors":["http://\#(server.host)"]}"#)
    let reference = try Reference("app:1")
    let store = ImageStore(root: "\(scratch.path)/root")
    _ = try store.pull(PullRequest(reference, from: Registries(scratch.settings).source(reference)))
    #expect(try store.resolve("app:1").id == .sha256(of: image.config))
    #expect(server.requests.contains { $0.path == "/v2/library/app/manifests/1" })
  }
}
