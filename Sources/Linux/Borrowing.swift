import CLinux
import Glibc

extension Descriptor {
  /// A descriptor of the same open file, so that the caller's own number stays the caller's to close.
  public static func borrowing(_ raw: Int32) throws(SystemError) -> Descriptor {
    Descriptor(
      owning: Int32(try check("duplicating a descriptor") { systemCall(SYS_fcntl, Int(raw), Int(F_DUPFD_CLOEXEC), 3) }))
  }

  /// Where the next read or write happens; 0 for what has no position, a pipe.
  public func position() throws(SystemError) -> Int64 {
    do { return Int64(try check("seeking") { systemCall(SYS_lseek, Int(raw), 0, Int(SEEK_CUR)) }) } catch {
      if error.errno == ESPIPE { return 0 }
      throw error
    }
  }
}
