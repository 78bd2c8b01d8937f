import CLinux
import Glibc

/// One of capabilities(7), by the kernel's number.
public enum Capability: UInt8, CaseIterable, Sendable {
  case chown, dacOverride, dacReadSearch, fowner, fsetid, kill, setgid, setuid, setpcap, linuxImmutable
  case netBindService, netBroadcast, netAdmin, netRaw, ipcLock, ipcOwner, sysModule, sysRawio, sysChroot, sysPtrace
  case sysPacct, sysAdmin, sysBoot, sysNice, sysResource, sysTime, sysTtyConfig, mknod, lease, auditWrite
  case auditControl, setfcap, macOverride, macAdmin, syslog, wakeAlarm, blockSuspend, auditRead, perfmon, bpf
  case checkpointRestore

  /// `CAP_NET_ADMIN`
  public var name: String {
    var name = "CAP_"
    for letter in "\(self)" {
      if letter.isUppercase { name += "_" }
      name += letter.uppercased()
    }
    return name
  }

  /// Reads `NET_ADMIN`, `cap_net_admin`, ….
  public init?(named text: String) {
    let upper = text.uppercased()
    let full = upper.hasPrefix("CAP_") ? upper : "CAP_" + upper
    guard let found = Capability.allCases.first(where: { $0.name == full }) else { return nil }
    self = found
  }
}

/// A set of capabilities; bit n is capability n.
public struct CapabilitySet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  public init(_ capabilities: some Sequence<Capability>) {
    rawValue = capabilities.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
  }

  /// All that are known here.
  public static let all = CapabilitySet(Capability.allCases)

  public func contains(_ capability: Capability) -> Bool { rawValue & 1 << UInt64(capability.rawValue) != 0 }

  /// In the kernel's order.
  public var members: [Capability] { Capability.allCases.filter(contains) }

  /// The calling thread's bounding set.
  public static var bounding: CapabilitySet {
    var bits: UInt64 = 0
    for number in 0..<64 {
      let result = systemCall(SYS_prctl, Int(PR_CAPBSET_READ), number)
      if result < 0 { break }
      if result == 1 { bits |= 1 << UInt64(number) }
    }
    return CapabilitySet(rawValue: bits)
  }

  /// Takes everything else out of the calling thread's bounding set, also what is not known here.
  public func limitBounding() throws(SystemError) {
    for number in 0..<64 where rawValue & 1 << UInt64(number) == 0 {
      do { try check("dropping capability", "\(number)") { systemCall(SYS_prctl, Int(PR_CAPBSET_DROP), number) } } catch
      {
        if error.errno == EINVAL { return }  // Beyond the kernel's last one.
        throw error
      }
    }
  }

  /// The calling thread's own sets (capget(2)).
  public static func ofThread() throws(SystemError) -> (permitted: CapabilitySet, effective: CapabilitySet) {
    var header: (UInt32, Int32) = (0x2008_0522, 0)  // _LINUX_CAPABILITY_VERSION_3
    var data: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0, 0, 0)
    try check("reading capabilities") {
      withUnsafeMutablePointer(to: &header) { header in
        withUnsafeMutablePointer(to: &data) { systemCall(SYS_capget, header.address, $0.address) }
      }
    }
    return (
      CapabilitySet(rawValue: UInt64(data.1) | UInt64(data.4) << 32),
      CapabilitySet(rawValue: UInt64(data.0) | UInt64(data.3) << 32)
    )
  }

  /// The calling thread's permitted and effective sets become these; the inheritable and with it the ambient set
  /// becomes empty (capset(2)).
  public static func set(permitted: CapabilitySet, effective: CapabilitySet) throws(SystemError) {
    var header: (UInt32, Int32) = (0x2008_0522, 0)  // _LINUX_CAPABILITY_VERSION_3
    var data = (
      UInt32(truncatingIfNeeded: effective.rawValue), UInt32(truncatingIfNeeded: permitted.rawValue), UInt32(0),
      UInt32(effective.rawValue >> 32), UInt32(permitted.rawValue >> 32), UInt32(0)
    )
    try check("setting capabilities") {
      withUnsafeMutablePointer(to: &header) { header in
        withUnsafeMutablePointer(to: &data) { systemCall(SYS_capset, header.address, $0.address) }
      }
    }
  }
}
