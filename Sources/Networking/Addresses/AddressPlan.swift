import Diagnostics
import Linux
import Spec

/// Which subnets and gateways a new network gets.
public enum AddressPlan {
  /// The specification with its pools filled in: for each family that the network has, a subnet and a gateway.
  /// Without a subnet the next of Docker's default pools is taken (172.17.0.0/16 to 172.31.0.0/16, then
  /// 192.168.0.0/16 in /20; for IPv6 a /64 of a unique local prefix that follows from `networkID`).
  /// - Parameter networks: subnets of the existing networks by their names.
  /// - Parameter host: what the host's addresses and routes lie in (`NetworkStack.hostSubnets`). A default pool never
  ///   overlaps it; a subnet that was asked for may.
  public static func resolve(
    _ spec: NetworkSpec, networkID: String, networks: [String: [Subnet]], host: [Subnet]
  ) throws(Failure) -> NetworkSpec {
    do throws(Failure) {
      return try resolved(spec, networkID: networkID, networks: networks, host: host)
    } catch { throw error.about("network \(spec.name)") }
  }

  private static func resolved(
    _ spec: NetworkSpec, networkID: String, networks: [String: [Subnet]], host: [Subnet]
  ) throws(Failure) -> NetworkSpec {
    guard spec.enableIPv4 || spec.enableIPv6 else {
      throw Failure(.invalidInput, "both IPv4 and IPv6 are switched off", hint: "leave enable_ipv4 or enable_ipv6 on")
    }
    var pools: [ResolvedPool] = []
    var withoutSubnet: [Spec.AddressPool] = []
    for (index, pool) in spec.pools.enumerated() {
      do throws(Failure) {
        guard let text = pool.subnet else {
          withoutSubnet.append(pool)
          continue
        }
        pools.append(try ResolvedPool(pool, subnet: try subnet(text)))
      } catch { throw error.about("ipam.config[\(index)]") }
    }
    for pool in pools { try check(pool.subnet, of: spec, among: pools.map(\.subnet), networks: networks) }

    let taken = networks.values.flatMap { $0 } + host
    for family in [IPAddress.Family.v4, .v6] where family == .v4 ? spec.enableIPv4 : spec.enableIPv6 {
      if pools.contains(where: { $0.subnet.family == family }) { continue }
      let subnet = try defaultSubnet(family, networkID: networkID, taken: taken)
      // An entry without a subnet belongs to the family of what it does say.
      let entry = withoutSubnet.firstIndex { AddressPool.family(of: $0) == family }
      pools.append(try ResolvedPool(entry.map { withoutSubnet.remove(at: $0) } ?? AddressPool(), subnet: subnet))
    }
    if let left = withoutSubnet.first {
      throw Failure(
        .invalidInput, "an entry of ipam.config with \(left.gateway ?? left.ipRange ?? "no addresses") has no subnet",
        hint: "add its subnet")
    }
    var result = spec
    result.pools = pools.map(\.pool)
    return result
  }

  private static func subnet(_ text: String) throws(Failure) -> Subnet {
    guard let written = InterfaceAddress(text), text.contains("/") else {
      throw Failure(
        .invalidInput, "subnet \"\(text)\" is no block of addresses", hint: "write it like 172.28.0.0/16")
    }
    guard written.subnet.base == written.address else {
      throw Failure(
        .invalidInput, "subnet \"\(text)\" does not begin on a multiple of its size", hint: "write \(written.subnet)")
    }
    guard written.prefixLength <= written.address.family.bits - 2 else {
      throw Failure(.invalidInput, "subnet \"\(text)\" has no room for a gateway and a container")
    }
    return written.subnet
  }

  private static func check(
    _ subnet: Subnet, of spec: NetworkSpec, among own: [Subnet], networks: [String: [Subnet]]
  ) throws(Failure) {
    if subnet.family == .v6, !spec.enableIPv6 {
      throw Failure(
        .invalidInput, "subnet \(subnet) is IPv6, and IPv6 is off for this network", hint: "add enable_ipv6: true")
    }
    if subnet.family == .v4, !spec.enableIPv4 {
      throw Failure(.invalidInput, "subnet \(subnet) is IPv4, and IPv4 is off for this network")
    }
    if own.filter({ $0.family == subnet.family }).count > 1 {
      throw Failure(.unsupported, "a bridge network has one subnet for each address family, and here are more")
    }
    for (name, subnets) in networks.sorted(by: { $0.key < $1.key }) {
      if let other = subnets.first(where: { $0.overlaps(subnet) }) {
        throw Failure(
          .conflict, "subnet \(subnet) overlaps \(other) of network \(name)",
          hint: "choose another subnet, or none and let Davit choose")
      }
    }
  }

  /// The first that overlaps nothing.
  private static func defaultSubnet(
    _ family: IPAddress.Family, networkID: String, taken: [Subnet]
  ) throws(Failure) -> Subnet {
    func isFree(_ subnet: Subnet) -> Bool { !taken.contains { $0.overlaps(subnet) } }
    switch family {
    case .v4:
      if let free = defaultPools4.first(where: isFree) { return free }
    case .v6:
      // RFC 4193: fd and 40 bits, here with 16 bits of subnet, all from the network's id.
      let digits = UInt64(networkID.prefix(14), radix: 16) ?? 0
      for attempt in 0..<UInt64(1 << 12) {
        let prefix = 0xfd << 56 | (digits &+ attempt) & (1 << 56 - 1)
        if let subnet = Subnet(containing: .v6(UInt128(prefix) << 64), prefixLength: 64), isFree(subnet) {
          return subnet
        }
      }
    }
    throw Failure(
      .conflict, "every default address pool overlaps another network or a route of this machine",
      hint: "remove networks that are not needed, or give this one a subnet in ipam.config")
  }

  private static let defaultPools4: [Subnet] =
    (17...31).map { Subnet("172.\($0).0.0/16")! } + (0..<16).map { Subnet("192.168.\($0 * 16).0/20")! }
}

extension AddressPool {
  /// As far as the entry says anything.
  static func family(of pool: AddressPool) -> IPAddress.Family {
    let said = [pool.ipRange, pool.gateway].compactMap { $0 } + pool.auxiliaryAddresses.values
    return said.lazy.compactMap { InterfaceAddress($0)?.address.family }.first ?? .v4
  }
}
