import Diagnostics
import Linux
import Spec

/// A host port that is held for a container: its sockets are bound, so nothing else on this machine gets it.
public final class PortReservation: Sendable {
  /// One bound socket. The shim inherits it, keeps the reservation, and passes on what reaches it in spite of the
  /// firewall (`[::1]`, or IPv6 to a container without it).
  public struct BoundSocket: Hashable, Sendable {
    public var descriptor: Int32
    public var address: IPAddress
  }

  public let hostPort: UInt16
  public let containerPort: UInt16
  public let transport: PortSpec.Transport
  /// For `0.0.0.0` and `::`, two; else one.
  public let sockets: [BoundSocket]
  /// Which of the replicas that share the port.
  public let slot: UInt32
  /// The file that says so; removed when the container ends (`unlinkOnExit`).
  public let claimPath: String

  init(
    hostPort: UInt16, containerPort: UInt16, transport: PortSpec.Transport, sockets: [BoundSocket], slot: UInt32,
    claimPath: String
  ) {
    self.hostPort = hostPort
    self.containerPort = containerPort
    self.transport = transport
    self.sockets = sockets
    self.slot = slot
    self.claimPath = claimPath
  }

  /// The map elements that make the port lead to a container with these addresses.
  public func publications(to addresses: [IPAddress]) -> [PublishedPort] {
    sockets.flatMap { socket in
      addresses.filter { $0.family == socket.address.family }.map {
        PublishedPort(
          hostAddress: socket.address, hostPort: hostPort, transport: transport, containerAddress: $0,
          containerPort: containerPort, slot: slot)
      }
    }
  }
}
