import Linux
import Spec

/// One name in `PortClaims` with what it says: container, service, addresses. It is kept short, see `CompactID`.
struct PortClaim: Hashable {
  var transport = PortSpec.Transport.tcp
  var port: UInt16 = 0
  var slot: UInt32 = 0
  var container: String
  /// Stands for the service whose replicas share the port.
  var group: String?
  var addresses: [IPAddress]

  init(container: String, service: String?, addresses: [IPAddress]) {
    self.container = container
    self.addresses = addresses
    // FNV-1a, of which 30 bits are enough to tell the services of one machine apart.
    group = service.map { name in
      let hash = name.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
      return String(CompactID.text(of: withUnsafeBytes(of: hash.bigEndian) { Array($0) }).prefix(5))
    }
  }

  init?(name: String, text: String) {
    let parts = name.split(separator: "-")
    let words = text.split(separator: " ")
    guard parts.count == 3, words.count == 3, let transport = PortSpec.Transport(rawValue: String(parts[0])),
      let port = UInt16(parts[1]), let slot = UInt32(parts[2])
    else { return nil }
    self.transport = transport
    self.port = port
    self.slot = slot
    container = CompactID.decode(String(words[0]))
    group = words[1] == "." ? nil : String(words[1])
    addresses = words[2] == "*" ? Self.everywhere : words[2].split(separator: ",").compactMap { IPAddress($0) }
  }

  private static let everywhere = [IPAddress.v4(0), .v6(0)]

  var name: String { "\(transport.rawValue)-\(port)-\(slot)" }

  var text: String {
    let places = addresses == Self.everywhere ? "*" : addresses.map(\.description).joined(separator: ",")
    return "\(CompactID.encode(container)) \(group ?? ".") \(places)"
  }

  /// Both cannot have the port: it is the same on addresses that meet, and they are no replicas of one service.
  func excludes(_ other: PortClaim) -> Bool {
    guard port == other.port, transport == other.transport, container != other.container else { return false }
    if group != nil, group == other.group { return false }
    return addresses.contains { mine in
      other.addresses.contains { $0.family == mine.family && ($0 == mine || $0.isUnspecified || mine.isUnspecified) }
    }
  }
}
