import Diagnostics
import Linux
import Spec

/// A host port that is held for a container: its sockets are bound, so nothing else on this machine gets it.
public final class PortReservation: Sendable {
  /// One bound socket; a TCP socket listens. The shim inherits it, keeps the reservation, and passes on what reaches it in
  /// spite of the firewall (`[::1]`, or IPv6 to a container without it).
  public struct BoundSocket: Sendable {
    public var descriptor: Descriptor
    public var address: IPAddress
  }

  public let hostPort: UInt16
  public let containerPort: UInt16
  public let transport: PortSpec.Transport
  /// Where it is published: `0.0.0.0` and `::` (both, where the person named no address), or one address.
  public let addresses: [IPAddress]
  /// One for each address; none for SCTP, which the firewall alone publishes.
  public let sockets: [BoundSocket]
  /// Which of the replicas that share the port.
  public let slot: UInt32
  /// The name that says so; removed when the container ends (`unlinkOnExit`).
  public let claimPath: String

  init(
    _ port: PortSpec, hostPort: UInt16, addresses: [IPAddress], sockets: [BoundSocket], slot: UInt32, claimPath: String
  ) {
    self.hostPort = hostPort
    containerPort = port.containerPort
    transport = port.transport
    self.addresses = addresses
    self.sockets = sockets
    self.slot = slot
    self.claimPath = claimPath
  }

  /// The map elements that make the port lead to a container with these addresses, one for each family at most.
  public func publications(to containerAddresses: [IPAddress]) -> [PublishedPort] {
    addresses.compactMap { address in
      guard let destination = containerAddresses.first(where: { $0.family == address.family }) else { return nil }
      return PublishedPort(
        hostAddress: address, hostPort: hostPort, transport: transport, containerAddress: destination,
        containerPort: containerPort, slot: slot)
    }
  }
}
