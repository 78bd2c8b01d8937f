import CLinux
import Glibc

extension Descriptor {
  /// Up to `room.count` bytes at `offset`, without moving the file's position; 0 at the end.
  public func read(into room: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemError) -> Int {
    try check("reading") {
      systemCall(SYS_pread64, Int(raw), room.baseAddress?.address ?? 0, room.count, Int(offset))
    }
  }
}
