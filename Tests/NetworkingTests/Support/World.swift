import Linux
import Spec

@testable import Networking

/// A host with an uplink to another machine, and networks with containers on it. All in network namespaces of their own.
final class World: Sendable {
  let stack = NetworkStack()
  let host: NetworkNamespace
  /// Another machine in the host's local network: 10.9.0.2, fd09::2. The host is 10.9.0.1, fd09::1.
  let neighbour: NetworkNamespace

  /// Called inside a sandbox.
  init() throws {
    host = try NetworkNamespace.current()
    neighbour = try stack.makeNamespace()
    let uplink = Rtnetlink.VirtualEthernet(
      name: "up0", master: 0, peerName: "eth0", peerMACAddress: [2, 0, 0, 0, 0, 2],
      peerNamespace: neighbour.descriptor.raw)
    try NetlinkSocket(.route).perform([Rtnetlink.newVirtualEthernet(uplink)])
    try address("up0", ["10.9.0.1/24", "fd09::1/64"])
    try inNetworkNamespace(neighbour.descriptor) { [self] in try address("eth0", ["10.9.0.2/24", "fd09::2/64"]) }
  }

  private func address(_ name: String, _ texts: [String]) throws {
    let socket = try NetlinkSocket(.route)
    let replies = try socket.perform([Rtnetlink.setUp(name), Rtnetlink.getLink(name)])
    let index = replies.compactMap(LinkStatus.init).first!.index
    try socket.perform(texts.map { Rtnetlink.newAddress(InterfaceAddress($0)!, index: index, name: name) })
  }

  func bridge(
    _ name: String, _ subnet4: String?, _ subnet6: String? = nil, options: [String: String] = [:],
    isInternal: Bool = false
  ) throws -> BridgeDefinition {
    var spec = NetworkSpec(name: name)
    spec.isInternal = isInternal
    spec.driverOptions = options
    for subnet in [subnet4, subnet6].compactMap({ $0 }).compactMap({ Subnet($0) }) {
      spec.pools.append(AddressPool(subnet: "\(subnet)", gateway: "\(subnet.base.advanced(by: 1)!)"))
    }
    return try BridgeDefinition(networkID: World.id(name), spec: spec)
  }

  /// 64 digits that follow from a name.
  static func id(_ name: String) -> String {
    let number = name.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return String(repeating: String(number, radix: 16), count: 5).prefix(64).description
  }

  /// A container on networks, each with the last number of its addresses.
  func container(_ name: String, _ networks: [(BridgeDefinition, UInt128)]) throws -> Member {
    let namespace = try stack.makeNamespace()
    let requests = networks.map { bridge, number in
      EndpointRequest(
        bridge: bridge, attachment: NetworkAttachment(network: bridge.networkName),
        addresses: bridge.subnets.map { $0.base.advanced(by: number)! })
    }
    let endpoints = try stack.attach(requests, container: World.id(name), namespace: namespace)
    return Member(
      name: name, namespace: namespace, endpoints: endpoints,
      greeter: try Greeter(name, port: 80, in: namespace))
  }

  struct Member: Sendable {
    var name: String
    var namespace: NetworkNamespace
    var endpoints: [Endpoint]
    var greeter: Greeter

    /// Host ports that lead to port 80 of the container.
    func publishing(
      _ port: UInt16, at host: [String] = ["0.0.0.0", "::"], slot: UInt32 = 0, _ transports: PortSpec.Transport...
    ) -> [PublishedPort] {
      (transports.isEmpty ? [.tcp] : transports).flatMap { transport in
        host.compactMap { IPAddress($0) }.compactMap { address in
          endpoints[0].addresses.first { $0.family == address.family }.map {
            PublishedPort(
              hostAddress: address, hostPort: port, transport: transport, containerAddress: $0, containerPort: 80,
              slot: slot)
          }
        }
      }
    }
  }
}
