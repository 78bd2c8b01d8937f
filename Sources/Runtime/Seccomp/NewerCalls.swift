import CSeccomp
import Glibc

/// System calls that are younger than the libseccomp at hand.
///
/// It cannot name them, so they would fall to the profile's default and fail with EPERM. A C library that tries a new
/// call takes ENOSYS for "use the old one" and EPERM for the answer, and programs break in containers on machines with an
/// old libseccomp. So a few instructions go before its program: the newer calls that a profile allows by name are let
/// through by number, and all others above the last that libseccomp knows do not exist.
enum NewerCalls {
  /// From Linux 5.1 on a call has one number on all architectures (asm-generic/unistd.h).
  private static let numbers: [String: UInt32] = [
    "process_mrelease": 448, "futex_waitv": 449, "set_mempolicy_home_node": 450, "cachestat": 451, "fchmodat2": 452,
    "map_shadow_stack": 453, "futex_wake": 454, "futex_wait": 455, "futex_requeue": 456, "statmount": 457,
    "listmount": 458, "lsm_get_self_attr": 459, "lsm_set_self_attr": 460, "lsm_list_modules": 461, "mseal": 462,
    "setxattrat": 463, "getxattrat": 464, "listxattrat": 465, "removexattrat": 466, "open_tree_attr": 467,
    "file_getattr": 468, "file_setattr": 469,
  ]

  /// - Parameters:
  ///   - names: calls that are allowed whatever their arguments, and that libseccomp does not know.
  ///   - auditArchitecture: AUDIT_ARCH_* of this machine.
  static func prologue(allowing names: [String], auditArchitecture: UInt32, lastKnown: UInt32) -> [UInt8] {
    let allowed = names.compactMap { numbers[$0] }.filter { $0 > lastKnown }.sorted()
    var code: [UInt8] = []
    for number in allowed {
      code += statement(0x15, number, ifTrue: 0, ifFalse: 1)  // jeq number
      code += statement(0x06, 0x7fff_0000)  // ret SECCOMP_RET_ALLOW
    }
    code += statement(0x06, 0x0005_0000 | 38)  // ret SECCOMP_RET_ERRNO(ENOSYS)
    let length = UInt8(code.count / 8)
    // Only for the machine's own table. Numbers with the bit of x32 are of another one, although they claim to be.
    return statement(0x20, 4)  // ld [arch]
      + statement(0x15, auditArchitecture, ifTrue: 0, ifFalse: length + 4)  // jeq
      + statement(0x20, 0)  // ld [nr]
      + statement(0x35, 0x4000_0000, ifTrue: length + 2, ifFalse: 0)  // jge
      + statement(0x25, lastKnown, ifTrue: 1, ifFalse: 0)  // jgt
      + statement(0x05, UInt32(length))  // ja, to the program
      + code
  }

  /// The highest number that libseccomp has a name for.
  static let lastKnown: UInt32 = {
    let native = seccomp_arch_native()
    for number in stride(from: Int32(1000), to: 400, by: -1) {
      if let name = seccomp_syscall_resolve_num_arch(native, number) {
        free(name)
        return UInt32(number)
      }
    }
    return 400
  }()

  /// `struct sock_filter`
  private static func statement(_ code: UInt16, _ value: UInt32, ifTrue: UInt8 = 0, ifFalse: UInt8 = 0) -> [UInt8] {
    withUnsafeBytes(of: code.littleEndian) { Array($0) } + [ifTrue, ifFalse]
      + withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
