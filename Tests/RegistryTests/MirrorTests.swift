import Glibc
import Images
import Linux
import OCI
import Testing

@testable import Registry

@Suite("registries.conf")
struct MirrorTests {
  private let text = """
    # how images are found here
    unqualified-search-registries = ["quay.example",
      "other.example"] # two
    [aliases]
    "x" = "y.example/x"
    [[registry]]
    location = "bad.example"
    blocked = true
    [[registry]]
    prefix = "a.example/team"
    location = 'b.example:5000/moved'
    insecure = true
    [[registry.mirror]]
    location = "m.example/cache"
    [[registry.mirror]]
    location = "n.example"
    insecure = true
    pull-from-mirror = "digest-only"
    [[registry]]
    prefix = "*.wild.example"
    [[registry.mirror]]
    location = "w.example/all"
    """

  private func places(_ name: String) throws -> [String] {
    try RegistriesConfiguration(text: text, file: "registries.conf").places(of: Reference(name)).map {
      "\($0.reference)\($0.insecure ? " insecure" : "")"
    }
  }

  @Test("mirrors come first, and the place that stands for the prefix last")
  func rewriting() throws {
    #expect(try places("a.example/team/app:1") == ["m.example/cache/app:1", "b.example:5000/moved/app:1 insecure"])
    #expect(try places("a.example/teams/app:1") == ["a.example/teams/app:1"])
    #expect(try places("x.wild.example/app:1") == ["w.example/all/app:1", "x.wild.example/app:1"])
    #expect(try places("busybox:1") == ["docker.io/library/busybox:1"])
    let digest = "sha256:" + String(repeating: "a", count: 64)
    #expect(
      try places("a.example/team/app@\(digest)") == [
        "m.example/cache/app@\(digest)", "n.example/app@\(digest) insecure",
        "b.example:5000/moved/app@\(digest) insecure",
      ])
  }

  @Test("a blocked registry is not asked, and the file is named")
  func blocked() {
    do {
      _ = try places("bad.example/app:1")
      Issue.record("nothing was thrown")
    } catch { #expect("\(error)".contains("blocked in registries.conf")) }
  }

  @Test(
    "what cannot be read is an error with its line",
    arguments: ["a = \"x", "[[registry\n", "[[registry]]\nblocked = 1", "[[registry.mirror]]\nlocation=\"x\"", "x"])
  func garbled(text: String) {
    #expect(throws: (any Error).self) { try RegistriesConfiguration(text: text, file: "f") }
  }

  @Test(
    "an image comes from a mirror that has it, and from the registry otherwise",
    .enabled(if: geteuid() == 0, "unpacking sets owners, which needs root"), arguments: [true, false])
  func mirror(hasImage: Bool) throws {
    let scratch = try Scratch()
    let image = OneLayerImage()
    let mirror = try RecordingServer { hasImage ? image.answer($0) : .init(status: 404) }
    let server = try RecordingServer { image.answer($0) }
    try scratch.write(
      ".config/containers/registries.conf",
      "[[registry]]\nlocation = \"\(server.host)\"\n[[registry.mirror]]\nlocation = \"\(mirror.host)\"\n")
    try pull(server, scratch)
    #expect(mirror.requests(to: image.layerPath).count == (hasImage ? 1 : 0))
    #expect(server.requests(to: image.layerPath).count == (hasImage ? 0 : 1))
  }
}
