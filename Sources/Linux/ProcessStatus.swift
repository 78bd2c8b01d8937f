import CLinux
import Glibc

/// What /proc/<pid>/stat tells that identifies a process; see proc_pid_stat(5).
public struct ProcessStatus: Hashable, Sendable {
  public var pid: Int32
  public var parent: Int32
  /// `R`, `S`, `D`, `Z`, `T`, …
  public var state: Character
  /// Field 22: clock ticks after boot. With the number it names a process for good.
  public var startTime: UInt64
  /// Whether it has executed a program since it was made. True of a zombie too.
  public var hasExecuted: Bool

  /// `nil` when there is no such process.
  public init?(pid: Int32) {
    guard let bytes = try? readFile("/proc/\(pid)/stat", limit: 4096) else { return nil }
    self.init(stat: bytes)
  }

  init?(stat bytes: [UInt8]) {
    // The name in parentheses may hold anything, parentheses too: the fields follow the last one.
    guard let close = bytes.lastIndex(of: UInt8(ascii: ")")),
      let pid = Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self))
    else { return nil }
    let fields = bytes[(close + 1)...].split(separator: UInt8(ascii: " "))
    func number<Number: FixedWidthInteger>(_ field: Int) -> Number? {
      fields.count > field - 3 ? Number(String(decoding: fields[field - 3], as: UTF8.self)) : nil
    }
    guard let first = fields.first?.first, let parent: Int32 = number(4), let flags: UInt32 = number(9),
      let start: UInt64 = number(22)
    else {
      return nil
    }
    self.pid = pid
    self.parent = parent
    state = Character(Unicode.Scalar(first))
    startTime = start
    hasExecuted = flags & 0x40 == 0  // PF_FORKNOEXEC
  }

  /// Of this process.
  public static var own: ProcessStatus { ProcessStatus(pid: getpid())! }
}
