import CLinux
import Glibc

extension Descriptor {
  /// Copies everything from this file's position to its end to the position of `other`, without the bytes passing
  /// through this process where the file systems can do that (copy_file_range(2)), and as a shared extent where they can
  /// do even that.
  public func copyContent(to other: Descriptor) throws(SystemError) {
    while true {
      let count = systemCall(SYS_copy_file_range, Int(raw), 0, Int(other.raw), 0, 1 << 30)
      if count > 0 { continue }
      if count == 0 { break }
      switch Int32(-count) {
      case EINTR: continue
      // Different file systems that cannot, or files that are not regular: as ever.
      case EXDEV, EINVAL, ENOSYS, EOPNOTSUPP: break
      default: throw SystemError("copying", errno: Int32(-count))
      }
      break
    }
    // Files of /proc and their like say 0 above and have content all the same.
    while true {
      let bytes = try read(upTo: 256 << 10)
      if bytes.isEmpty { return }
      try other.writeAll(bytes)
    }
  }
}
