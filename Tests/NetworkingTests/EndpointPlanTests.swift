import Diagnostics
import Linux
import Spec
import Testing

@testable import Networking

@Suite("Interfaces of a container")
struct EndpointPlanTests {
  private func bridge(_ name: String, isInternal: Bool = false, ipv6: Bool = false) throws -> BridgeDefinition {
    var spec = NetworkSpec(name: name)
    spec.isInternal = isInternal
    let number = name.utf8.reduce(0) { ($0 + Int($1)) % 200 }
    spec.pools = [AddressPool(subnet: "10.\(number).0.0/16", gateway: "10.\(number).0.1")]
    if ipv6 { spec.pools.append(AddressPool(subnet: "fd00:\(number)::/64", gateway: "fd00:\(number)::1")) }
    return try BridgeDefinition(networkID: World.id(name), spec: spec)
  }

  private func request(
    _ bridge: BridgeDefinition, _ change: (inout NetworkAttachment) -> Void = { _ in }
  ) -> EndpointRequest {
    var attachment = NetworkAttachment(network: bridge.networkName)
    change(&attachment)
    return EndpointRequest(
      bridge: bridge, attachment: attachment, addresses: bridge.subnets.map { $0.base.advanced(by: 2)! })
  }

  private func plan(_ requests: EndpointRequest..., taken: Set<String> = ["lo"]) throws(Failure) -> EndpointPlan {
    try EndpointPlan(requests, container: World.id("web"), takenNames: taken)
  }

  private func refusal(_ body: () throws(Failure) -> EndpointPlan) -> String {
    do throws(Failure) { return "\(try body().interfaces.count)" } catch { return error.description }
  }

  @Test("names go by priority, then by the network's name, around those that were chosen")
  func names() throws {
    let plan = try plan(
      request(try bridge("c")), request(try bridge("b")) { $0.interfaceName = "eth0" },
      request(try bridge("a")) { $0.priority = -1 }, request(try bridge("z")) { $0.priority = 5 })
    #expect(
      plan.interfaces.map { "\($0.endpoint.networkName)=\($0.endpoint.interface)" } == [
        "z=eth1", "b=eth0", "c=eth2", "a=eth3",
      ])
  }

  @Test("a network that is joined later gets a name that is free")
  func later() throws {
    #expect(try plan(request(try bridge("b")), taken: ["lo", "eth0"]).interfaces[0].endpoint.interface == "eth1")
  }

  @Test("the default route takes the highest gw_priority, then the first name, never an internal network")
  func defaultRoute() throws {
    let inner = try bridge("a", isInternal: true)
    #expect(
      try plan(request(try bridge("c")), request(try bridge("b")), request(inner)).defaultRoutes.map(\.gateway)
        == [try bridge("b").gateways[0].address])
    #expect(
      try plan(request(try bridge("c")) { $0.gatewayPriority = 1 }, request(try bridge("b"))).defaultRoutes.map(
        \.gateway)
        == [try bridge("c").gateways[0].address])
    #expect(try plan(request(inner)).defaultRoutes == [])
    // Each family by itself: the first by name has no IPv6.
    let dual = try bridge("c", ipv6: true)
    #expect(
      try plan(request(dual), request(try bridge("b"))).defaultRoutes.map(\.gateway)
        == [try bridge("b").gateways[0].address, dual.gateways[1].address])
  }

  @Test("hardware addresses follow from the IPv4 address, unless one is given")
  func hardware() throws {
    let network = try bridge("b")
    #expect(try plan(request(network)).interfaces[0].endpoint.macAddress == "02:42:0a:62:00:02")
    #expect(
      try plan(request(network) { $0.macAddress = "02-AB-cd-00-00-01" }).interfaces[0].endpoint.macAddress
        == "02:ab:cd:00:00:01")
    for wrong in ["", "02:42", "zz:42:ac:11:00:02", "01:00:5e:00:00:01", "00:00:00:00:00:00"] {
      #expect(
        refusal { () throws(Failure) in try plan(request(network) { $0.macAddress = wrong }) }.contains(
          "is no unicast hardware address"))
    }
  }

  @Test("link-local addresses are added, others refused in their place")
  func linkLocal() throws {
    let network = try bridge("b")
    let made = try plan(request(network) { $0.linkLocalAddresses = ["169.254.8.8", "fe80::8"] })
    #expect(made.interfaces[0].addresses.map(\.description) == ["10.98.0.2/16", "169.254.8.8/16", "fe80::8/64"])
    #expect(
      refusal { () throws(Failure) in try plan(request(network) { $0.linkLocalAddresses = ["10.0.0.8"] }) }
        .hasPrefix("network b: link_local_ips: \"10.0.0.8\" is no link-local address"))
  }

  @Test("interface names that the kernel would refuse, or that are used twice, are refused first")
  func wrongNames() throws {
    let a = try bridge("a")
    let b = try bridge("b")
    for wrong in ["", "much-too-long-a-name", "a/b", "a b", ".."] {
      #expect(
        refusal { () throws(Failure) in try plan(request(a) { $0.interfaceName = wrong }) }.contains(
          "cannot name an interface"))
    }
    #expect(
      refusal { () throws(Failure) in
        try plan(request(a) { $0.interfaceName = "lan" }, request(b) { $0.interfaceName = "lan" })
      }.hasPrefix("network b: the interface name lan is used twice"))
  }

  @Test("options of the bridge driver are understood, and unknown ones refused by name")
  func options() throws {
    func made(_ options: [String: String]) throws(Failure) -> BridgeDefinition {
      var spec = NetworkSpec(name: "front")
      spec.driverOptions = options
      return try BridgeDefinition(networkID: String(repeating: "ab", count: 32), spec: spec)
    }
    let plain = try made([:])
    #expect(plain.interface == "br-abababababab")
    let prefix = "com.docker.network.bridge."
    let chosen = try made([
      prefix + "name": "shop0", prefix + "enable_icc": "false", prefix + "enable_ip_masquerade": "0",
      prefix + "host_binding_ipv4": "127.0.0.1", "com.docker.network.driver.mtu": "1400",
    ])
    #expect(chosen.interface == "shop0")
    #expect(!chosen.allowsIntercontainer && !chosen.masquerades)
    #expect(chosen.defaultBinding == .loopback)
    #expect(chosen.mtu == 1400)
    func refusal(_ options: [String: String]) -> String {
      do throws(Failure) { return try made(options).interface } catch { return error.description }
    }
    #expect(refusal(["com.example.color": "red"]).hasPrefix("network front: the option com.example.color is not known"))
    #expect(refusal([prefix + "enable_icc": "maybe"]).contains("neither true nor false"))
    #expect(refusal(["com.docker.network.driver.mtu": "9"]).contains("no number from 68 to 65535"))
  }
}
