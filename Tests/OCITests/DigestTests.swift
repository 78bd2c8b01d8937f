import Diagnostics
import Testing

@testable import OCI

@Suite("Digests")
struct DigestTests {
  private let zeros = String(repeating: "0", count: 64)

  @Test("a digest is read, written and shortened")
  func roundTrip() throws {
    let digest = try Digest("sha256:" + zeros)
    #expect(digest.description == "sha256:" + zeros)
    #expect(digest.short == "000000000000")
    #expect(Digest(.sha256, bytes: [UInt8](repeating: 0xab, count: 32)).hex == String(repeating: "ab", count: 32))
  }

  @Test(
    "what is no digest is refused, because its digits become a file name",
    arguments: [
      "", "sha256", "sha256:", "sha256:ab", "sha256:../../../../etc/passwd", "md5:00",
      "sha256:\(String(repeating: "A", count: 64))",
    ])
  func refused(_ text: String) {
    #expect(throws: Failure.self) { try Digest(text) }
  }
}
