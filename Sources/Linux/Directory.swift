import CLinux
import Glibc

/// One name in a directory.
public struct DirectoryEntry: Hashable, Sendable {
  public var name: String
  /// Absent where the file system does not say; ask `status(of:)` then.
  public var kind: FileStatus.Kind?
  public var inode: UInt64
}

extension Descriptor {
  /// The names in this directory, without `.` and `..`, in the file system's order. The descriptor may be an O_PATH one.
  public func entries() throws(SystemError) -> [DirectoryEntry] {
    var entries: [DirectoryEntry] = []
    try forEachEntry { name, kind, inode in
      entries.append(DirectoryEntry(name: name.description, kind: kind, inode: inode))
    }
    return entries
  }

  /// As `entries`, with names as the kernel has them.
  public func fileNames() throws(SystemError) -> [(name: FileName, kind: FileStatus.Kind?)] {
    var names: [(name: FileName, kind: FileStatus.Kind?)] = []
    try forEachEntry { name, kind, _ in names.append((name, kind)) }
    return names
  }

  private func forEachEntry(_ body: (FileName, FileStatus.Kind?, UInt64) -> Void) throws(SystemError) {
    let directory = try open(".", [.directory], step: "listing")
    var failed: Int32 = 0
    withUnsafeTemporaryAllocation(byteCount: 32 << 10, alignment: 8) { room in
      while true {
        let length = systemCall(SYS_getdents64, Int(directory.raw), room.baseAddress!.address, room.count)
        if length <= 0 {
          failed = Int32(-length)
          return
        }
        var offset = 0
        while offset < length {
          // struct linux_dirent64: u64 inode, s64 offset, u16 length, u8 type, name
          let inode = room.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
          let size = Int(room.loadUnaligned(fromByteOffset: offset + 16, as: UInt16.self))
          let text = (room.baseAddress! + offset + 19).assumingMemoryBound(to: CChar.self)
          let length = strlen(text)
          // All but `.` and `..`
          if text[0] != 46 || length > 2 || length == 2 && text[1] != 46 {
            body(FileName(cString: text, count: length), .init(entryType: room[offset + 18]), inode)
          }
          offset += size
        }
      }
    }
    if failed != 0 { throw SystemError("listing", procPath, errno: failed) }
  }
}

extension FileStatus.Kind {
  /// DT_* of readdir(3).
  init?(entryType: UInt8) {
    switch entryType {
    case 1: self = .fifo
    case 2: self = .characterDevice
    case 4: self = .directory
    case 6: self = .blockDevice
    case 8: self = .regular
    case 10: self = .symbolicLink
    case 12: self = .socket
    default: return nil
    }
  }
}

/// The names in a trusted directory, sorted; see `Descriptor.entries`.
public func listDirectory(_ path: String) throws(SystemError) -> [String] {
  let directory = try Descriptor.open(path, .anchor, step: "listing")
  do { return try directory.entries().map(\.name).sorted() } catch { throw error.during("listing", path) }
}
