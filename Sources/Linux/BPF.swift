import CLinux
import Glibc

/// bpf(2), as far as device control groups need it.
public enum BPF {
  /// Loads a BPF_PROG_TYPE_CGROUP_DEVICE program.
  /// - Parameter instructions: `struct bpf_insn` entries of 8 bytes.
  public static func loadDeviceProgram(_ instructions: [UInt8]) throws(SystemError) -> Descriptor {
    let raw = try check("loading the device program") {
      instructions.withUnsafeBytes { code in
        "Apache-2.0".withCString { license in
          // union bpf_attr of BPF_PROG_LOAD: u32 type, u32 count, u64 instructions, u64 license, then zeros.
          var attributes = (
            UInt32(15), UInt32(code.count / 8), UInt64(UInt(bitPattern: code.baseAddress)),
            UInt64(UInt(bitPattern: license)), UInt64(0), UInt64(0), UInt64(0)
          )
          return withUnsafeMutablePointer(to: &attributes) { systemCall(SYS_bpf, 5, $0.address, 48) }
        }
      }
    }
    return Descriptor(owning: Int32(raw))
  }

  /// Puts the program on a (v2) cgroup, beside those that its ancestors have.
  public static func attachDeviceProgram(_ program: Descriptor, to cgroup: Descriptor) throws(SystemError) {
    // BPF_PROG_ATTACH: u32 target, u32 program, u32 type (BPF_CGROUP_DEVICE), u32 flags (BPF_F_ALLOW_MULTI)
    var attributes = (UInt32(bitPattern: cgroup.raw), UInt32(bitPattern: program.raw), UInt32(6), UInt32(2))
    try check("attaching the device program") {
      withUnsafeMutablePointer(to: &attributes) { systemCall(SYS_bpf, 8, $0.address, 16) }
    }
  }

  /// How many device programs the cgroup itself has.
  public static func deviceProgramCount(of cgroup: Descriptor) throws(SystemError) -> Int {
    // BPF_PROG_QUERY: u32 target, u32 type, u32 query flags, u32 attach flags, u64 ids, u32 count
    var attributes = (UInt32(bitPattern: cgroup.raw), UInt32(6), UInt32(0), UInt32(0), UInt64(0), UInt32(0), UInt32(0))
    try check("looking for a device program") {
      withUnsafeMutablePointer(to: &attributes) { systemCall(SYS_bpf, 16, $0.address, 32) }
    }
    return Int(attributes.5)
  }
}
