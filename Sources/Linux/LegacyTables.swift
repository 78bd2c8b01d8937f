import CLinux
import Glibc

/// The older firewall of the kernel (ip_tables, `iptables-legacy`), which nf_tables does not show. Read only.
public enum LegacyTables {
  /// Whether the built-in FORWARD chain of its `filter` table drops what no rule decides. Asks only where the table is in
  /// use, so that the question does not load it.
  public static func dropsForwarded(_ family: IPAddress.Family) -> Bool {
    let names = family == .v4 ? "ip_tables_names" : "ip6_tables_names"
    guard let loaded = try? readText("/proc/thread-self/net/\(names)"),
      loaded.split(separator: "\n").contains("filter")
    else { return false }
    let raw = socket(Int32(family.rawValue), 3 /* SOCK_RAW */ | Int32(SOCK_CLOEXEC.rawValue), 255 /* IPPROTO_RAW */)
    guard raw >= 0 else { return false }
    let descriptor = Descriptor(owning: raw)

    // struct ipt_getinfo: name[32], valid_hooks, hook_entry[5], underflow[5], num_entries, size
    var info = [UInt8](repeating: 0, count: 84)
    info.replaceSubrange(0..<6, with: "filter".utf8)
    guard query(descriptor, family, 64, &info), let underflow: UInt32 = info[(36 + 20 + 2 * 4)...].loadNumber(),
      let size: UInt32 = info[80...].loadNumber()
    else { return false }
    // struct ipt_get_entries: name[32], size, padding, entries
    var table = [UInt8](repeating: 0, count: 40 + Int(size))
    table.replaceSubrange(0..<6, with: "filter".utf8)
    withUnsafeBytes(of: size) { table.replaceSubrange(32..<36, with: $0) }
    guard query(descriptor, family, 65, &table) else { return false }
    // The chain's policy is the rule at its underflow: struct ipt_entry (ip, nfcache, target_offset, …), then the target:
    // 32 bytes of header and the verdict, which is -NF_DROP - 1.
    let entry = table.dropFirst(40 + Int(underflow))
    let addressPart = family == .v4 ? 84 : 136
    guard let target: UInt16 = entry.dropFirst(addressPart + 4).loadNumber(),
      let verdict: Int32 = entry.dropFirst(Int(target) + 32).loadNumber()
    else { return false }
    return verdict == -1
  }

  private static func query(
    _ descriptor: Descriptor, _ family: IPAddress.Family, _ option: Int32, _ room: inout [UInt8]
  ) -> Bool {
    var length = socklen_t(room.count)
    // SOL_IP is 0, SOL_IPV6 41.
    return getsockopt(descriptor.raw, family == .v4 ? 0 : 41, option, &room, &length) == 0
  }
}
