import Glibc
import Linux
import Spec

/// Which process has a port, as far as /proc says: proc_pid_net(5), proc_pid_fd(5).
enum PortHolder {
  /// `nginx (process 1234)`; `nil` where it cannot be found out.
  static func find(_ transport: PortSpec.Transport, port: UInt16, address: IPAddress) -> String? {
    var inodes: Set<String> = []
    for name in transport == .tcp ? ["tcp", "tcp6"] : ["udp", "udp6"] {
      guard let table = try? readFile("/proc/thread-self/net/\(name)") else { continue }
      inodes.formUnion(
        Self.inodes(in: String(decoding: table, as: UTF8.self), port: port, listening: transport == .tcp, address))
    }
    guard !inodes.isEmpty, let processes = try? listDirectory("/proc") else { return nil }
    for pid in processes where pid.utf8.first.map({ $0 >= 0x30 && $0 <= 0x39 }) == true {
      guard let descriptors = try? listDirectory("/proc/\(pid)/fd") else { continue }
      for descriptor in descriptors {
        guard let link = try? readLink("/proc/\(pid)/fd/\(descriptor)"), link.hasPrefix("socket:["),
          inodes.contains(String(link.dropFirst(8).dropLast()))
        else { continue }
        let name = (try? readText("/proc/\(pid)/comm")) ?? "a program"
        return "\(name) (process \(pid))"
      }
    }
    return nil
  }

  /// Inodes of the sockets in a table of /proc/net that stand in the way of `address`.
  static func inodes(in table: String, port: UInt16, listening: Bool, _ address: IPAddress) -> [String] {
    table.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count > 9, let colon = fields[1].lastIndex(of: ":"),
        UInt16(fields[1][fields[1].index(after: colon)...], radix: 16) == port,
        !listening || fields[3] == "0A", let local = Self.address(fields[1][..<colon])
      else { return nil }
      return local.isUnspecified || address.isUnspecified || local == address ? String(fields[9]) : nil
    }
  }

  /// Words of four bytes in the machine's order.
  private static func address(_ digits: Substring) -> IPAddress? {
    var bytes: [UInt8] = []
    var rest = digits[...]
    while rest.count >= 8 {
      guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
      bytes += withUnsafeBytes(of: word) { Array($0) }
      rest = rest.dropFirst(8)
    }
    return IPAddress(bytes: bytes)
  }
}
