import Diagnostics
import Linux
import Spec

/// A bridge network as the kernel is to have it. Derived from a network's specification; nothing here is looked up.
public struct BridgeDefinition: Hashable, Sendable {
  /// The network's id, 64 hexadecimal digits.
  public var networkID: String
  public var networkName: String
  /// The bridge's name in the host's namespace: `br-` and 12 digits of the id, unless
  /// `com.docker.network.bridge.name` says another.
  public var interface: String
  /// The gateway's address on the bridge with the subnet's length, at most one for each family.
  public var gateways: [InterfaceAddress]
  /// No way out and no way in, but for this host.
  public var isInternal: Bool
  /// Containers on the network may talk to each other (`com.docker.network.bridge.enable_icc`).
  public var allowsIntercontainer = true
  /// What leaves gets the host's address (`com.docker.network.bridge.enable_ip_masquerade`).
  public var masquerades = true
  /// Bytes; `nil`: the kernel's 1500.
  public var mtu: UInt32?
  /// Where ports are published that name no address (`com.docker.network.bridge.host_binding_ipv4`).
  public var defaultBinding: IPAddress?

  /// - Parameter spec: with its pools filled in (`AddressPlan.resolve`).
  public init(networkID: String, spec: NetworkSpec) throws(Failure) {
    throw Failure(.unsupported, "not built yet")
  }

  public var subnets: [Subnet] { gateways.map(\.subnet) }
  public func gateway(_ family: IPAddress.Family) -> InterfaceAddress? {
    gateways.first { $0.address.family == family }
  }
}
