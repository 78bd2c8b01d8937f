import Diagnostics
import Testing

@testable import OCI

@Suite("References")
struct ReferenceTests {
  @Test(
    "names are completed and shortened as Docker does",
    arguments: [
      ("ubuntu", "docker.io/library/ubuntu", "ubuntu"),
      ("ubuntu:22.04", "docker.io/library/ubuntu:22.04", "ubuntu:22.04"),
      ("user/app:1", "docker.io/user/app:1", "user/app:1"),
      ("docker.io/ubuntu", "docker.io/library/ubuntu", "ubuntu"),
      ("index.docker.io/library/ubuntu", "docker.io/library/ubuntu", "ubuntu"),
      ("library/ubuntu", "docker.io/library/ubuntu", "ubuntu"),
      ("docker.io/library/a/b", "docker.io/library/a/b", "library/a/b"),
      ("localhost/app", "localhost/app", "localhost/app"),
      ("localhost:5000/a/b", "localhost:5000/a/b", "localhost:5000/a/b"),
      ("host:5000/a:1", "host:5000/a:1", "host:5000/a:1"),
      ("ghcr.io/o/a__b-c.d:v1_2-3.4", "ghcr.io/o/a__b-c.d:v1_2-3.4", "ghcr.io/o/a__b-c.d:v1_2-3.4"),
      ("[fd00::1]:5000/a", "[fd00::1]:5000/a", "[fd00::1]:5000/a"),
      ("Host/app", "Host/app", "Host/app"),
      ("a---b", "docker.io/library/a---b", "a---b"),
    ])
  func completed(_ text: String, _ long: String, _ short: String) throws {
    let reference = try Reference(text)
    #expect(reference.description == long)
    #expect(reference.familiar == short)
  }

  @Test("a tag and a digest may stand together")
  func tagAndDigest() throws {
    let hex = String(repeating: "a", count: 64)
    let reference = try Reference("app:1@sha256:\(hex)")
    #expect(reference.tag == "1")
    #expect(reference.digest?.hex == hex)
    #expect(reference.tagged == reference)
  }

  @Test("the tag is latest where none is given")
  func latest() throws { #expect(try Reference("app").tagged.familiar == "app:latest") }

  @Test(
    "a wrong name is refused with what is wrong",
    arguments: [
      ("", "the image name is empty"),
      ("Ubuntu", "must be lowercase"),
      ("user/App", "must be lowercase"),
      ("https://ghcr.io/a", "no https:// in front"),
      ("app:", "a tag was expected"),
      ("app:-x", "tag -x"),
      (":1", "the name in front"),
      ("a//b", "empty part"),
      ("a b", "U+20"),
      ("-app", "-app may hold"),
      ("a..b", "a..b may hold"),
      ("a___b", "a___b may hold"),
      ("app@sha256:12", "after @"),
      (String(repeating: "a", count: 64), "image id"),
      (String(repeating: "a/", count: 130) + "a", "255"),
      ("a.b:x/y", "not a host name"),
      ("app:" + String(repeating: "t", count: 129), "128"),
    ])
  func refused(_ text: String, _ reason: String) {
    do {
      _ = try Reference(text)
      Issue.record("\(text) was accepted")
    } catch {
      #expect(error.description.contains(reason))
    }
  }
}
