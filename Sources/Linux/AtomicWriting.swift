import CLinux
import Glibc
import Synchronization

private let serial = Atomic<UInt64>(0)

extension Descriptor {
  /// Replaces `name` in this directory as a whole: a reader sees the old bytes or the new ones, never half of either.
  /// `durable` waits until both the bytes and the name are on the disk.
  public func writeAtomically(
    _ bytes: some Sequence<UInt8>, to name: String, mode: UInt32 = 0o644, durable: Bool = false
  ) throws(SystemError) {
    let number = serial.wrappingAdd(1, ordering: .relaxed).newValue
    let temporary = ".\(name).\(getpid()).\(number).tmp"
    let file = try open(temporary, [.writeOnly, .create, .exclusive], mode: mode, step: "creating")
    do {
      try file.writeAll(bytes)
      if durable { try file.synchronize() }
      file.close()
      try rename(temporary, to: name)
    } catch {
      try? unlink(temporary)
      throw error.during("writing", name)
    }
    if durable { try open(".", [.directory]).synchronize() }
  }

  /// renameat(2) within this directory.
  public func rename(_ name: String, to other: String) throws(SystemError) {
    try check("renaming", name) {
      name.withCString { from in
        other.withCString { systemCall(SYS_renameat2, Int(raw), from.address, Int(raw), $0.address, 0) }
      }
    }
  }

  /// Removes a name that is no directory.
  public func unlink(_ name: String) throws(SystemError) {
    try check("removing", name) { name.withCString { systemCall(SYS_unlinkat, Int(raw), $0.address, 0) } }
  }

  /// Removes an empty directory.
  public func removeDirectory(_ name: String) throws(SystemError) {
    try check("removing", name) {
      name.withCString { systemCall(SYS_unlinkat, Int(raw), $0.address, Int(AT_REMOVEDIR)) }
    }
  }
}

/// Replaces the file at a trusted path as a whole; see `Descriptor.writeAtomically`.
public func writeAtomically(
  _ bytes: some Sequence<UInt8>, to path: String, mode: UInt32 = 0o644, durable: Bool = false
) throws(SystemError) {
  let (folder, name) = splitPath(path)
  let directory = try Descriptor.open(folder, .anchor)
  do { try directory.writeAtomically(bytes, to: name, mode: mode, durable: durable) } catch {
    throw error.during("writing", path)
  }
}

/// `("/a/b", "c")` of `/a/b/c`.
public func splitPath(_ path: String) -> (folder: String, name: String) {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
  let folder = String(path[..<slash])
  return (folder.isEmpty ? "/" : folder, String(path[path.utf8.index(after: slash)...]))
}
