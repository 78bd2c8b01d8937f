import CLinux
import Glibc

extension Descriptor {
  /// A file that lives in memory only (memfd_create(2)), holding `bytes`, positioned at its beginning.
  /// - Parameter isSealed: against every change, also by those who get it. That takes 10 to 20 ms, for the kernel first
  ///   makes sure that no page is held (`memfd_wait_for_pins` in its mm/memfd.c).
  public static func memoryFile(_ name: String, _ bytes: [UInt8], isSealed: Bool = false) throws(SystemError)
    -> Descriptor
  {
    // MFD_ALLOW_SEALING
    let file = try memoryFile(name, flags: isSealed ? 2 : 0)
    try file.writeAll(bytes)
    try check("rewinding", name) { systemCall(SYS_lseek, Int(file.raw), 0, 0) }
    // F_ADD_SEALS: F_SEAL_SEAL | SHRINK | GROW | WRITE
    if isSealed { try check("sealing", name) { systemCall(SYS_fcntl, Int(file.raw), 1033, 0xF) } }
    return file
  }

  /// An empty file that lives in memory only, for libraries that insist on writing to a descriptor.
  public static func scratchFile(_ name: String) throws(SystemError) -> Descriptor { try memoryFile(name, flags: 0) }

  /// - Parameter flags: MFD_* besides MFD_CLOEXEC.
  private static func memoryFile(_ name: String, flags: Int) throws(SystemError) -> Descriptor {
    Descriptor(
      owning: Int32(
        try check("making a memory file", name) {
          name.withCString { systemCall(SYS_memfd_create, $0.address, 1 | flags) }
        }))
  }
}
