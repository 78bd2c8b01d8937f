import Diagnostics
import Linux
import Spec
import Testing

@testable import Networking

@Suite("Subnets of a new network")
struct AddressPlanTests {
  private let id = "0123456789abcdef" + String(repeating: "0", count: 48)

  private func resolve(
    _ change: (inout NetworkSpec) -> Void = { _ in }, networks: [String: [String]] = [:], host: [String] = []
  ) throws(Failure) -> [String] {
    var spec = NetworkSpec(name: "front")
    change(&spec)
    return try AddressPlan.resolve(
      spec, networkID: id, networks: networks.mapValues { $0.compactMap { Subnet($0) } },
      host: host.compactMap { Subnet($0) }
    ).pools.map { "\($0.subnet ?? "?") via \($0.gateway ?? "?")" }
  }

  private func refusal(
    networks: [String: [String]] = [:], host: [String] = [], _ change: (inout NetworkSpec) -> Void
  ) -> String {
    do throws(Failure) { return "\(try resolve(change, networks: networks, host: host))" } catch {
      return error.description
    }
  }

  @Test("the first default pool that overlaps no network, route or address of the host is taken")
  func defaults() throws {
    #expect(try resolve() == ["172.17.0.0/16 via 172.17.0.1"])
    #expect(
      try resolve(networks: ["a": ["172.17.0.0/16"]], host: ["172.18.3.0/24", "172.19.0.0/16"])
        == ["172.20.0.0/16 via 172.20.0.1"])
    #expect(try resolve(host: ["172.16.0.0/12"]) == ["192.168.0.0/20 via 192.168.0.1"])
    #expect(try resolve(host: ["172.16.0.0/12", "192.168.1.0/24"]) == ["192.168.16.0/20 via 192.168.16.1"])
  }

  @Test("when all default pools are taken, the failure says so")
  func exhausted() {
    #expect(
      refusal(host: ["172.16.0.0/12", "192.168.0.0/16"]) { _ in }
        == """
        network front: every default address pool overlaps another network or a route of this machine
          hint: remove networks that are not needed, or give this one a subnet in ipam.config
        """)
  }

  @Test("IPv6 gets a unique local prefix that follows from the network's id")
  func uniqueLocal() throws {
    #expect(
      try resolve { $0.enableIPv6 = true } == [
        "172.17.0.0/16 via 172.17.0.1", "fd01:2345:6789:abcd::/64 via fd01:2345:6789:abcd::1",
      ])
    #expect(
      try resolve(
        {
          $0.enableIPv6 = true
          $0.enableIPv4 = false
        }, networks: ["a": ["fd01:2345:6789:abcd::/64"]]) == ["fd01:2345:6789:abce::/64 via fd01:2345:6789:abce::1"])
  }

  @Test("what was asked for is kept, and only the gateway is filled in")
  func asked() throws {
    #expect(
      try resolve { $0.pools = [AddressPool(subnet: "10.5.0.0/24", ipRange: "10.5.0.128/25")] }
        == ["10.5.0.0/24 via 10.5.0.1"])
    #expect(
      try resolve { $0.pools = [AddressPool(subnet: "10.5.0.0/24", gateway: "10.5.0.254")] }
        == ["10.5.0.0/24 via 10.5.0.254"])
    #expect(
      try resolve {
        var pool = AddressPool(subnet: "10.5.0.0/24")
        pool.auxiliaryAddresses = ["router": "10.5.0.1"]
        $0.pools = [pool]
      } == ["10.5.0.0/24 via 10.5.0.2"])
    // The host's own routes do not stand in the way of a subnet that was asked for.
    #expect(
      try resolve({ $0.pools = [AddressPool(subnet: "10.5.0.0/24")] }, host: ["10.0.0.0/8"]) == [
        "10.5.0.0/24 via 10.5.0.1"
      ])
  }

  @Test("wrong subnets, ranges and gateways are refused, and the failure says where")
  func wrong() {
    func pool(_ subnet: String?, range: String? = nil, gateway: String? = nil) -> String {
      refusal(networks: ["shop_back": ["172.28.0.0/16"]]) {
        $0.pools = [AddressPool(subnet: subnet, ipRange: range, gateway: gateway)]
      }.split(separator: "\n").first.map(String.init) ?? ""
    }
    #expect(pool("10.5.0.0") == "network front: ipam.config[0]: subnet \"10.5.0.0\" is no block of addresses")
    #expect(
      pool("10.5.0.1/24")
        == "network front: ipam.config[0]: subnet \"10.5.0.1/24\" does not begin on a multiple of its size")
    #expect(
      pool("10.5.0.0/31")
        == "network front: ipam.config[0]: subnet \"10.5.0.0/31\" has no room for a gateway and a container")
    #expect(
      pool("10.5.0.0/24", range: "10.6.0.0/25")
        == "network front: ipam.config[0]: ip_range \"10.6.0.0/25\" does not lie in subnet 10.5.0.0/24")
    #expect(
      pool("10.5.0.0/24", gateway: "10.5.0.255")
        == "network front: ipam.config[0]: gateway \"10.5.0.255\" is no address for a machine in subnet 10.5.0.0/24")
    #expect(
      pool("172.28.5.0/24") == "network front: subnet 172.28.5.0/24 overlaps 172.28.0.0/16 of network shop_back")
    #expect(pool("fd00::/64") == "network front: subnet fd00::/64 is IPv6, and IPv6 is off for this network")
  }
}
