import Diagnostics
import Testing

@testable import OCI

@Suite("Platforms")
struct PlatformTests {
  @Test(
    "other spellings mean the same platform",
    arguments: [
      ("linux/x86_64", "linux/amd64"), ("linux/aarch64", "linux/arm64"), ("linux/arm64/v8", "linux/arm64"),
      ("linux/arm64/8", "linux/arm64"), ("linux/armhf", "linux/arm/v7"), ("linux/arm", "linux/arm/v7"),
      ("linux/i386", "linux/386"), ("arm64", "linux/arm64"), ("linux/amd64/v3", "linux/amd64/v3"),
    ])
  func spellings(_ text: String, _ canonical: String) throws {
    #expect(try Platform(text).description == canonical)
  }

  @Test("what is no platform is refused", arguments: ["", "linux/", "a/b/c/d", "pdp11", "linux/a b"])
  func refused(_ text: String) { #expect(throws: Failure.self) { try Platform(text) } }

  @Test("a processor runs its own variant best, then the lower ones, and no higher one")
  func variants() throws {
    let v7 = try Platform("linux/arm/v7")
    #expect(v7.preference(of: try Platform("linux/arm/v7")) == 0)
    #expect(v7.preference(of: try Platform("linux/arm/v6")) == 1)
    #expect(v7.preference(of: try Platform("linux/arm/v8")) == nil)
    let amd = try Platform("linux/amd64/v3")
    #expect(amd.preference(of: try Platform("linux/amd64")) == 2)
    #expect(try Platform("linux/amd64").preference(of: amd) == nil)
    let arm64 = try Platform("linux/arm64")
    #expect(arm64.preference(of: arm64) == 0)
    #expect(try #require(arm64.preference(of: v7)) > 100)
    #expect(arm64.preference(of: try Platform("linux/arm64/v9")) == nil)
    #expect(try Platform("linux/arm64/v9").preference(of: arm64) != nil)
    #expect(arm64.preference(of: try Platform("linux/amd64")) == nil)
    #expect(arm64.preference(of: try Platform("windows/arm64")) == nil)
  }
}
