import CLinux
import Glibc

extension Descriptor {
  /// A file that lives in memory only (memfd_create(2)), holding `bytes`, positioned at its beginning and sealed
  /// against every change.
  public static func memoryFile(_ name: String, _ bytes: [UInt8]) throws(SystemError) -> Descriptor {
    let file = Descriptor(
      owning: Int32(
        try check("making a memory file", name) {
          name.withCString { systemCall(SYS_memfd_create, $0.address, 3 /* MFD_CLOEXEC | MFD_ALLOW_SEALING */) }
        }))
    try file.writeAll(bytes)
    try check("rewinding", name) { systemCall(SYS_lseek, Int(file.raw), 0, 0) }
    // F_ADD_SEALS: F_SEAL_SEAL | SHRINK | GROW | WRITE
    try check("sealing", name) { systemCall(SYS_fcntl, Int(file.raw), 1033, 0xF) }
    return file
  }
}

extension Descriptor {
  /// An empty file that lives in memory only, for libraries that insist on writing to a descriptor.
  public static func scratchFile(_ name: String) throws(SystemError) -> Descriptor {
    Descriptor(
      owning: Int32(
        try check("making a memory file", name) { name.withCString { systemCall(SYS_memfd_create, $0.address, 1) } }))
  }
}
