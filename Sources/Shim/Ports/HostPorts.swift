import Launch
import Linux

/// The host's sockets of the published ports. They reserve the ports for as long as the container lives; what reaches
/// them is passed on, which happens only where the firewall's maps cannot help: `[::1]`, and IPv6 clients of a container
/// that has IPv4 only.
final class HostPorts {
  private let loop: EventLoop
  private var tcp: [TCPRelay] = []
  private var udp: [UDPRelay] = []
  /// Reservations without a way on.
  private var held: [Descriptor] = []

  init(_ ports: [PortLaunch], loop: EventLoop) throws(SystemError) {
    self.loop = loop
    var buffer: TransitBuffer?
    let room = DescriptorRoom()
    for port in ports {
      let socket = Descriptor(owning: port.descriptor)
      guard let peer = PeerAddress(port) else {
        held.append(socket)
        continue
      }
      switch port.transport {
      case .tcp: tcp.append(try TCPRelay(socket, to: peer, isOpen: !port.isHeld, room: room, loop: loop))
      case .udp:
        let shared = buffer ?? TransitBuffer(capacity: 64 << 10)
        buffer = shared
        let relay = try UDPRelay(socket, to: peer, buffer: shared, room: room, loop: loop)
        relay.onFlow = { [unowned self] in setAlarm() }
        udp.append(relay)
      }
    }
    room.onFree = { [unowned self] in for relay in tcp { relay.resume() } }
    loop.onAlarm(.flows) { [unowned self] in
      for relay in udp { relay.expire(now: Monotonic.now) }
      setAlarm()
    }
  }

  /// Takes connections from now on, or takes none any more. Datagrams know no difference: whoever is bound gets them.
  func setOpen(_ isOpen: Bool) { for relay in tcp { relay.setOpen(isOpen) } }

  private func setAlarm() { loop.set(.flows, at: udp.compactMap(\.nextExpiry).min()) }
}
