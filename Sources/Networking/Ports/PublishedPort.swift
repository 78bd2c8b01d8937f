import Linux
import Spec

/// A port of this machine that leads to a port of a container: one element of a map in the firewall.
public struct PublishedPort: Hashable, Sendable, Codable {
  /// `0.0.0.0` and `::` stand for every address of this machine, of their own family.
  public var hostAddress: IPAddress
  public var hostPort: UInt16
  public var transport: PortSpec.Transport
  /// Of the same family as `hostAddress`.
  public var containerAddress: IPAddress
  public var containerPort: UInt16
  /// Which of the replicas behind the same host port, from 0.
  public var slot: UInt32

  public init(
    hostAddress: IPAddress, hostPort: UInt16, transport: PortSpec.Transport, containerAddress: IPAddress,
    containerPort: UInt16, slot: UInt32 = 0
  ) {
    self.hostAddress = hostAddress
    self.hostPort = hostPort
    self.transport = transport
    self.containerAddress = containerAddress
    self.containerPort = containerPort
    self.slot = slot
  }
}
