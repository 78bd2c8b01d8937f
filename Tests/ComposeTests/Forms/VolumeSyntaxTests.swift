import Testing

@testable import Compose

@Suite struct VolumeSyntaxTests {
  @Test(
    "A source that begins like a path is a bind mount, anything else names a volume",
    arguments: [
      ("data:/x", false), ("./d:/x", true), ("../d:/x", true), ("/d:/x", true), ("~/d:/x", true), (".:/x", true),
      ("C:\\d:/x", true), ("d.e:/x", false), ("/x", false),
    ])
  func kind(text: String, isBind: Bool) throws { #expect(try VolumeSyntax.parse(text).isBind == isBind) }

  @Test("Options say how it is mounted; those without meaning here are passed over")
  func options() throws {
    let volume = try VolumeSyntax.parse("/a:/b:ro,z,rshared,cached")
    #expect(volume.isReadOnly)
    #expect(volume.selinux == "z")
    #expect(volume.propagation == "rshared")
    #expect(try VolumeSyntax.parse("data:/b:nocopy").noCopy)
    #expect(try !VolumeSyntax.parse("data:/b:ro,rw").isReadOnly)
  }

  @Test("A target alone is an anonymous volume")
  func anonymous() throws {
    let volume = try VolumeSyntax.parse("/var/lib")
    #expect(volume.source.isEmpty)
    #expect(volume.target == "/var/lib")
  }

  @Test("Colons inside ${…} and after a single letter, which may be a drive, separate nothing")
  func colons() throws {
    #expect(try VolumeSyntax.parse("${A:-/x}:/y").source == "${A:-/x}")
    #expect(try VolumeSyntax.parse("c:\\x:d:\\y").target == "d:\\y")
  }

  @Test("What is no volume is refused", arguments: ["", "data:", ":/x:ro", "data::/b", "data:/b:ro:x"])
  func refused(text: String) { #expect(throws: SyntaxProblem.self) { try VolumeSyntax.parse(text) } }
}
