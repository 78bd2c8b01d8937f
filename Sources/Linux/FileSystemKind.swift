import CLinux
import Glibc

/// What kind of file system a path lies on: statfs(2).
public enum FileSystemKind {
  private static let tmpfs = 0x0102_1994
  private static let ramfs = 0x8584_58f6

  /// It keeps nothing on a disk.
  public static func isMemory(_ path: String) -> Bool {
    // `f_type` is the first word of the 120 bytes that the call writes.
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 64) { words in
      guard path.withCString({ systemCall(SYS_statfs, $0.address, words.baseAddress!.address) }) == 0 else {
        return false
      }
      return [tmpfs, ramfs].contains(words[0])
    }
  }
}
