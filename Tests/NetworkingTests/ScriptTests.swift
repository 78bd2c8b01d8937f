import Diagnostics
import Glibc
import Linux
import Spec
import Testing

@testable import Networking

@Suite("What is asked of the kernel")
struct ScriptTests {
  private func bridge(_ name: String, _ subnets: [(String, String)], isInternal: Bool = false) throws
    -> BridgeDefinition
  {
    var spec = NetworkSpec(name: name)
    spec.isInternal = isInternal
    spec.pools = subnets.map { AddressPool(subnet: $0.0, gateway: $0.1) }
    return try BridgeDefinition(networkID: World.id(name), spec: spec)
  }

  private func request(_ bridge: BridgeDefinition, _ addresses: String...) -> EndpointRequest {
    EndpointRequest(
      bridge: bridge, attachment: NetworkAttachment(network: bridge.networkName),
      addresses: addresses.compactMap { IPAddress($0) })
  }

  @Test("a bridge is guarded before it exists, and up only when it is complete")
  func bridge() throws {
    let kernel = RecordingKernel(settings: ["ipv4/ip_forward": "0", "ipv6/conf/all/forwarding": "0"])
    let stack = NetworkStack(kernel: kernel)
    let warnings = try stack.ensureBridge(
      bridge("front", [("172.18.0.0/16", "172.18.0.1"), ("fd18::/64", "fd18::1")]))
    #expect(warnings.count == 2)
    try expectGolden(kernel.script, "bridge.txt")
  }

  @Test("an internal bridge switches on no forwarding")
  func internalBridge() throws {
    let kernel = RecordingKernel(settings: ["ipv4/ip_forward": "0"])
    let warnings = try NetworkStack(kernel: kernel).ensureBridge(
      bridge("vault", [("172.20.0.0/16", "172.20.0.1")], isInternal: true))
    #expect(warnings.isEmpty)
    #expect(kernel.setting("ipv4/ip_forward") == "0")
    #expect(!kernel.script.contains("route_localnet"))
  }

  @Test("interfaces of a container on two networks, in the order of their priority")
  func attach() throws {
    let kernel = RecordingKernel()
    let stack = NetworkStack(kernel: kernel)
    let front = try bridge("front", [("172.18.0.0/16", "172.18.0.1")])
    let back = try bridge("back", [("172.19.0.0/16", "172.19.0.1"), ("fd19::/64", "fd19::1")])
    for bridge in [front, back] { _ = try stack.ensureBridge(bridge) }
    kernel.forgetScript()
    var first = request(front, "172.18.0.2")
    first.attachment.priority = 10
    let namespace = try stack.makeNamespace()
    let endpoints = try stack.attach(
      [request(back, "172.19.0.2", "fd19::2"), first], container: World.id("web"), namespace: namespace)
    #expect(endpoints.map(\.networkName) == ["front", "back"])
    #expect(endpoints.map(\.interface) == ["eth0", "eth1"])
    try expectGolden(kernel.script, "attach.txt")
  }

  @Test("what was made of an endpoint is removed when the rest fails, and the failure names step and object")
  func undone() throws {
    let kernel = RecordingKernel()
    let stack = NetworkStack(kernel: kernel)
    let front = try bridge("front", [("172.18.0.0/16", "172.18.0.1")])
    _ = try stack.ensureBridge(front)
    kernel.refuse("adding address 172.18.0.2/16 to", EADDRNOTAVAIL)
    let failure = #expect(throws: Failure.self) {
      try stack.attach(
        [request(front, "172.18.0.2")], container: World.id("web"), namespace: try stack.makeNamespace())
    }
    #expect(failure?.description == "adding address 172.18.0.2/16 to eth0: Cannot assign requested address")
    #expect(
      kernel.script.hasSuffix(
        "removing interface \(Endpoint.hostInterface(container: World.id("web"), network: front.networkID))\n"))
  }

  @Test("a half-made bridge is taken back")
  func halfMade() throws {
    let kernel = RecordingKernel()
    kernel.refuse("adding address 172.18.0.1/16 to", ENOMEM)
    let front = try bridge("front", [("172.18.0.0/16", "172.18.0.1")])
    let failure = #expect(throws: Failure.self) { try NetworkStack(kernel: kernel).ensureBridge(front) }
    #expect(failure?.description.hasPrefix("network front: adding address 172.18.0.1/16 to br-") == true)
    #expect(kernel.script.contains("removing interface \(front.interface)\n"))
    // And what the firewall knew of it.
    #expect(kernel.script.hasSuffix("reading firewall set sources4\n"))
  }

  @Test("a kernel that cannot make the firewall is told apart, with what it needs")
  func withoutFirewall() throws {
    let kernel = RecordingKernel()
    kernel.refuse("making firewall table", EOPNOTSUPP)
    let front = try bridge("front", [("172.18.0.0/16", "172.18.0.1")])
    let failure = #expect(throws: Failure.self) { try NetworkStack(kernel: kernel).ensureBridge(front) }
    #expect(failure?.code == .unsupported)
    #expect(failure?.message == "making firewall table davit")
    #expect(failure?.hint?.hasPrefix("networks need Linux 5.2 or newer with nf_tables") == true)
    #expect(!kernel.script.contains("making bridge"))
  }
}
