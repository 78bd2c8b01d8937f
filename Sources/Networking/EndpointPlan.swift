import Diagnostics
import Linux
import Spec

/// The order, names, addresses and default routes of a container's interfaces: a pure function of what is asked for.
struct EndpointPlan: Hashable, Sendable {
  /// One interface, in the order in which they are made.
  struct Interface: Hashable, Sendable {
    var bridge: BridgeDefinition
    var endpoint: Endpoint
    /// The leased addresses and those of `link_local_ips`.
    var addresses: [InterfaceAddress]
    var macAddress: [UInt8]
    /// Below /proc/sys/net of the container, by their paths there.
    var sysctls: [EndpointSysctl] = []
  }

  var interfaces: [Interface]
  /// The gateways that get the default routes, at most one for each family, with the interface's name.
  var defaultRoutes: [DefaultRoute]

  struct DefaultRoute: Hashable, Sendable {
    var gateway: IPAddress
    var interface: String
  }

  /// - Parameter container: its id.
  /// - Parameter takenNames: interfaces that the namespace has already.
  init(_ requests: [EndpointRequest], container: String, takenNames: Set<String>) throws(Failure) {
    // Higher priority first, then by name, as Docker Compose attaches networks.
    let ordered = requests.sorted {
      ($1.attachment.priority, $0.bridge.networkName) < ($0.attachment.priority, $1.bridge.networkName)
    }
    var taken = takenNames
    for request in ordered {
      guard let name = request.attachment.interfaceName else { continue }
      guard InterfaceName.isValid(name) else { throw InterfaceName.failure(name, "interface_name") }
      guard taken.insert(name).inserted else {
        throw Failure(
          .conflict, "the interface name \(name) is used twice", subject: "network \(request.bridge.networkName)",
          hint: "give each network of the container another interface_name")
      }
    }
    interfaces = []
    for request in ordered {
      let name = request.attachment.interfaceName ?? Self.freeName(request.bridge.interfacePrefix, &taken)
      interfaces.append(try Interface(request, container: container, name: name))
    }
    defaultRoutes = Self.defaultRoutes(of: interfaces.map(\.endpoint))
  }

  private static func freeName(_ prefix: String, _ taken: inout Set<String>) -> String {
    var number = 0
    while !taken.insert("\(prefix)\(number)").inserted { number += 1 }
    return "\(prefix)\(number)"
  }

  /// Each family chooses for itself.
  static func defaultRoutes(of endpoints: [Endpoint]) -> [DefaultRoute] {
    [(IPAddress.Family.v4, \Endpoint.gateway4), (.v6, \.gateway6)].compactMap { family, gateway in
      endpoints.defaultRoute(family).map { DefaultRoute(gateway: $0[keyPath: gateway]!, interface: $0.interface) }
    }
  }
}

extension EndpointPlan.Interface {
  fileprivate init(_ request: EndpointRequest, container: String, name: String) throws(Failure) {
    bridge = request.bridge
    let subject = "network \(bridge.networkName)"
    func address(_ family: IPAddress.Family) -> InterfaceAddress? {
      guard let gateway = request.bridge.gateway(family),
        let leased = request.addresses.first(where: { $0.family == family })
      else { return nil }
      return InterfaceAddress(leased, in: gateway.subnet)
    }
    let ipv4 = address(.v4)
    let ipv6 = address(.v6)
    addresses = [ipv4, ipv6].compactMap { $0 }
    for text in request.attachment.linkLocalAddresses {
      guard let local = IPAddress(text), local.isLinkLocal else {
        throw Failure(
          .invalidInput, "link_local_ips: \"\(text)\" is no link-local address", subject: subject,
          hint: "use addresses of 169.254.0.0/16 or fe80::/10")
      }
      let network = local.family == .v4 ? Subnet("169.254.0.0/16")! : Subnet("fe80::/64")!
      addresses.append(InterfaceAddress(local, in: network))
    }
    if let text = request.attachment.macAddress ?? request.macAddress {
      guard let bytes = MACAddress.parse(text) else {
        throw Failure(
          .invalidInput, "mac_address \"\(text)\" is no unicast hardware address", subject: subject,
          hint: "write six pairs of hexadecimal digits, 02:42:ac:11:00:02; the first pair is even")
      }
      macAddress = bytes
    } else {
      macAddress = MACAddress.generated(from: addresses.first?.address, container: container)
    }
    endpoint = Endpoint(
      networkID: bridge.networkID, networkName: bridge.networkName, interface: name,
      hostInterface: bridge.direct == nil
        ? Endpoint.hostInterface(container: container, network: bridge.networkID) : "",
      macAddress: MACAddress.text(macAddress), ipv4: ipv4, ipv6: ipv6,
      gateway4: bridge.isInternal || ipv4 == nil ? nil : bridge.gateway(.v4)?.address,
      gateway6: bridge.isInternal || ipv6 == nil ? nil : bridge.gateway(.v6)?.address)
    sysctls = try EndpointSysctl.read(request.attachment.driverOptions, interface: name, subject: subject)
    endpoint.gatewayPriority = request.attachment.gatewayPriority
  }
}

extension Endpoint {
  /// Follows from the ids, so an interface that a dead container left is found again.
  static func hostInterface(container: String, network: String) -> String {
    "veth" + container.prefix(7) + network.prefix(4)
  }
}

/// Hardware addresses of six bytes.
enum MACAddress {
  /// Pairs of hexadecimal digits separated by `:` or `-`; unicast only.
  static func parse(_ text: String) -> [UInt8]? {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
    let bytes = parts.compactMap { $0.utf8.count == 2 ? UInt8($0, radix: 16) : nil }
    guard parts.count == 6, bytes.count == 6, bytes[0] & 1 == 0, bytes.contains(where: { $0 != 0 }) else { return nil }
    return bytes
  }

  static func text(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
  }

  /// `02:42` and the IPv4 address, so that neighbours' caches stay right when an address is leased again; of IPv6 the last
  /// four bytes.
  static func generated(from address: IPAddress?, container: String) -> [UInt8] {
    if let address { return [0x02, 0x42] + address.bytes.suffix(4) }
    return [0x02, 0x42] + container.utf8.prefix(4)
  }
}
