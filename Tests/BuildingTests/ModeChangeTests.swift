import Diagnostics
import Testing

@testable import Building

@Suite("--chmod")
struct ModeChangeTests {
  @Test(
    "Numbers and changes as chmod(1) has them give the permissions that it gives",
    arguments: [
      ("755", 0o644, false, 0o755), ("0", 0o644, false, 0), ("4755", 0o600, false, 0o4755),
      ("u=rwX,go=rX", 0o600, false, 0o644), ("u=rwX,go=rX", 0o700, true, 0o755), ("u=rwX,go=rX", 0o711, false, 0o755),
      ("+x", 0o644, false, 0o755), ("go-w", 0o666, false, 0o644), ("a=r", 0o777, false, 0o444),
      ("u+s,g+s", 0o755, false, 0o6755), ("o+t", 0o755, true, 0o1755), ("g=u", 0o750, false, 0o770),
      ("u=rw,g=u-w", 0o700, false, 0o640),
    ] as [(String, UInt32, Bool, UInt32)])
  func applied(_ text: String, _ before: UInt32, _ isFolder: Bool, _ after: UInt32) throws {
    #expect(try ModeChange(text).applied(to: before, isFolder: isFolder) == after)
  }

  @Test("What chmod(1) would not take is refused", arguments: ["", "888", "10000", "u", "u=q", "x=r", "755,"])
  func refused(_ text: String) { #expect(throws: Failure.self) { try ModeChange(text) } }
}
