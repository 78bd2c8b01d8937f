import Diagnostics
import Linux
import Spec

/// The addresses of one family of a network: which are given out, and which never are.
struct ResolvedPool: Hashable, Sendable {
  var subnet: Subnet
  /// Addresses are given out from here unless one is asked for; the subnet itself where no `ip_range` says less.
  var range: Subnet
  var gateway: IPAddress
  /// `aux_addresses`: in use outside of Davit.
  var auxiliary: [String: IPAddress] = [:]

  /// The entry with its gateway filled in: the first address of the subnet that is not auxiliary.
  init(_ pool: AddressPool, subnet: Subnet) throws(Failure) {
    self.subnet = subnet
    range = subnet
    if let text = pool.ipRange {
      guard let block = Subnet(text), subnet.contains(block) else {
        throw Failure(.invalidInput, "ip_range \"\(text)\" does not lie in subnet \(subnet)")
      }
      range = block
    }
    for (name, text) in pool.auxiliaryAddresses.sorted(by: { $0.key < $1.key }) {
      guard let address = IPAddress(text), subnet.contains(address) else {
        throw Failure(.invalidInput, "aux_addresses.\(name): \"\(text)\" does not lie in subnet \(subnet)")
      }
      auxiliary[name] = address
    }
    if let text = pool.gateway {
      guard let address = IPAddress(text.prefix { $0 != "/" }), subnet.contains(address), !Self.isEdge(address, subnet)
      else {
        throw Failure(.invalidInput, "gateway \"\(text)\" is no address for a machine in subnet \(subnet)")
      }
      gateway = address
    } else {
      let taken = Set(auxiliary.values)
      gateway = subnet.base
      repeat {
        guard let next = gateway.advanced(by: 1), subnet.contains(next) else {
          throw Failure(.invalidInput, "subnet \(subnet) has no address left for a gateway")
        }
        gateway = next
      } while taken.contains(gateway)
    }
    if let name = auxiliary.first(where: { $0.value == gateway })?.key {
      throw Failure(.invalidInput, "the gateway \(gateway) is also aux_addresses.\(name)")
    }
  }

  /// Of an entry that was resolved and written down.
  init?(_ pool: AddressPool) {
    guard let subnet = pool.subnet.flatMap({ Subnet($0) }),
      let resolved = try? ResolvedPool(pool, subnet: subnet)
    else { return nil }
    self = resolved
  }

  var pool: AddressPool {
    var pool = AddressPool(
      subnet: "\(subnet)", ipRange: range == subnet ? nil : "\(range)", gateway: "\(gateway)")
    pool.auxiliaryAddresses = auxiliary.mapValues(\.description)
    return pool
  }

  /// The network's own address, and in IPv4 the broadcast address.
  static func isEdge(_ address: IPAddress, _ subnet: Subnet) -> Bool {
    address == subnet.base || address.family == .v4 && address == subnet.last
  }

  /// Why an address cannot be a container's; `nil`: it can.
  func objection(to address: IPAddress) -> String? {
    if !subnet.contains(address) { return "it does not lie in subnet \(subnet)" }
    if address == gateway { return "it is the gateway's" }
    if Self.isEdge(address, subnet) { return "it names the network itself or all of it" }
    if let name = auxiliary.first(where: { $0.value == address })?.key { return "aux_addresses.\(name) reserves it" }
    return nil
  }

  /// The lowest address after `previous` (from the beginning: `nil`) that may be given out and that nobody has.
  func next(after previous: IPAddress?, taken: Set<IPAddress>) -> IPAddress? {
    var candidate = previous.map { $0.advanced(by: 1) } ?? range.base
    while let address = candidate, range.contains(address) {
      if !taken.contains(address), objection(to: address) == nil { return address }
      candidate = address.advanced(by: 1)
    }
    return nil
  }
}
