import CLinux
import Glibc

extension Descriptor {
  /// Tells the kernel to begin writing a stretch of this file to the disk, without waiting: what is still dirty at the
  /// end is what a later `synchronize` has to wait for. An optimisation, so failure means nothing.
  public func beginWriteback(at offset: Int64, count: Int64) {
    // SYNC_FILE_RANGE_WRITE
    _ = systemCall(SYS_sync_file_range, Int(raw), Int(offset), Int(count), 2)
  }
}
