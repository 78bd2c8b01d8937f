import CLinux
import Glibc

extension Descriptor {
  /// Moves up to `count` bytes between a pipe and another descriptor inside the kernel, without waiting: splice(2).
  /// - Returns: bytes moved; 0 at the end of the source; `nil` when it would have to wait.
  public func splice(to target: Descriptor, count: Int) throws(SystemError) -> Int? {
    let flags = 0x01 | 0x02  // SPLICE_F_MOVE | SPLICE_F_NONBLOCK
    while true {
      let moved = systemCall(SYS_splice, Int(raw), 0, Int(target.raw), 0, count, flags)
      if moved >= 0 { return moved }
      switch Int32(-moved) {
      case EINTR: continue
      case EAGAIN: return nil
      default: throw SystemError("passing on", errno: Int32(-moved))
      }
    }
  }
}
