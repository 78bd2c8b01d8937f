import CLinux
import Glibc

extension Descriptor {
  /// Where the next write goes.
  public func seek(to offset: Int64) throws(SystemError) {
    try check("seeking") { systemCall(SYS_lseek, Int(raw), Int(offset), Int(SEEK_SET)) }
  }

  /// Makes the file exactly so long; what is added is a hole.
  public func truncate(to size: Int64) throws(SystemError) {
    try check("setting the size") { systemCall(SYS_ftruncate, Int(raw), Int(size)) }
  }

  /// Appends `count` bytes that `source` has where it stands. The kernel copies, or shares blocks where the file system can.
  public func copy(from source: Descriptor, count: Int64) throws(SystemError) {
    var left = count
    while left > 0 {
      let step = Int(min(left, 1 << 30))
      do {
        let copied = try check("copying") {
          systemCall(SYS_copy_file_range, Int(source.raw), 0, Int(raw), 0, step, 0)
        }
        if copied == 0 { return }
        left -= Int64(copied)
      } catch {
        // Another file system, or one that cannot.
        guard [EXDEV, ENOSYS, EINVAL, EOPNOTSUPP].contains(error.errno) else { throw error }
        let bytes = try source.read(upTo: min(step, 1 << 18))
        if bytes.isEmpty { return }
        try writeAll(bytes)
        left -= Int64(bytes.count)
      }
    }
  }
}
