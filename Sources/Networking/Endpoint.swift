import Linux
import Spec

/// A container's place on a network, before it is made.
public struct EndpointRequest: Hashable, Sendable {
  public var bridge: BridgeDefinition
  public var attachment: NetworkAttachment
  /// Leased addresses, at most one for each family.
  public var addresses: [IPAddress]
  /// The container's own `mac_address`; the attachment's wins.
  public var macAddress: String?

  public init(
    bridge: BridgeDefinition, attachment: NetworkAttachment, addresses: [IPAddress], macAddress: String? = nil
  ) {
    self.bridge = bridge
    self.attachment = attachment
    self.addresses = addresses
    self.macAddress = macAddress
  }
}

/// A container's place on a network, as it is made.
public struct Endpoint: Hashable, Sendable {
  public var networkID: String
  public var networkName: String
  /// In the container: `eth0`.
  public var interface: String
  /// On the host: `veth` and 11 hexadecimal digits of the container's and the network's ids; empty where there is none.
  public var hostInterface: String
  /// `02:42:ac:12:00:02`
  public var macAddress: String
  public var ipv4: InterfaceAddress?
  public var ipv6: InterfaceAddress?
  /// Of the network, whether or not the default route goes there; `nil` on an internal network.
  public var gateway4: IPAddress?
  public var gateway6: IPAddress?
  /// `gw_priority`
  public var gatewayPriority = 0

  public init(
    networkID: String, networkName: String, interface: String, hostInterface: String, macAddress: String,
    ipv4: InterfaceAddress?, ipv6: InterfaceAddress?, gateway4: IPAddress?, gateway6: IPAddress?
  ) {
    self.networkID = networkID
    self.networkName = networkName
    self.interface = interface
    self.hostInterface = hostInterface
    self.macAddress = macAddress
    self.ipv4 = ipv4
    self.ipv6 = ipv6
    self.gateway4 = gateway4
    self.gateway6 = gateway6
  }

  public var addresses: [IPAddress] { [ipv4?.address, ipv6?.address].compactMap { $0 } }
}

extension Sequence<Endpoint> {
  /// The one through which the default route of a family goes: that with the highest `gw_priority`, of equal ones the first
  /// by the network's name (Docker's rule), never one on an internal network.
  public func defaultRoute(_ family: IPAddress.Family) -> Endpoint? {
    filter { family == .v4 ? $0.gateway4 != nil : $0.gateway6 != nil }
      .min { ($1.gatewayPriority, $0.networkName) < ($0.gatewayPriority, $1.networkName) }
  }

  /// Where published ports lead: to the addresses behind the default routes, so that answers leave the way the questions
  /// came (a host with strict rp_filter drops others). Of a container on internal networks only, to its first.
  public var publishedAddresses: [IPAddress] {
    let found = [defaultRoute(.v4)?.ipv4?.address, defaultRoute(.v6)?.ipv6?.address].compactMap { $0 }
    return found.isEmpty ? first { _ in true }?.addresses ?? [] : found
  }
}
