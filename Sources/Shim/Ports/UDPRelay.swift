import Glibc
import Launch
import Linux

/// Passes on the datagrams that reach a held host port in spite of the firewall, and the answers to them. Every client
/// is given a socket of its own towards the container, until it has been silent for a while.
final class UDPRelay {
  /// Nanoseconds after which a silent client is forgotten: what the kernel's own connection tracking allows for UDP.
  static let patience: Int64 = 120_000_000_000
  private final class Flow {
    var client: sockaddr_storage
    let clientSize: socklen_t
    let server: Descriptor
    var lastHeard = Monotonic.now

    init(_ client: sockaddr_storage, _ size: socklen_t, _ server: Descriptor) {
      self.client = client
      clientSize = size
      self.server = server
    }

    func isFrom(_ other: sockaddr_storage, _ size: socklen_t) -> Bool {
      var (mine, other) = (client, other)
      return size == clientSize && memcmp(&mine, &other, Int(size)) == 0
    }
  }

  private let loop: EventLoop
  private let socket: Descriptor
  private let peer: PeerAddress
  private let buffer: TransitBuffer
  private let room: DescriptorRoom
  private var flows: [Flow] = []

  /// - Parameter buffer: shared with other relays; only used during a call.
  init(
    _ socket: Descriptor, to peer: PeerAddress, buffer: TransitBuffer, room: DescriptorRoom, loop: EventLoop
  ) throws(SystemError) {
    self.loop = loop
    self.socket = socket
    self.peer = peer
    self.buffer = buffer
    self.room = room
    try socket.setNonBlocking(true)
    try loop.watch(socket.raw, [.readable, .exclusive]) { [unowned self] _ in receive() }
  }

  /// When the first of the clients will have been silent for too long; `nil`: there is none.
  var nextExpiry: Int64? { flows.map { $0.lastHeard + UDPRelay.patience }.min() }

  /// Called when a client came, so that the owner sets its alarm.
  var onFlow: () -> Void = {}

  /// Forgets clients that have been silent for too long.
  func expire(now: Int64) {
    for flow in flows where flow.lastHeard + UDPRelay.patience <= now { forget(flow) }
  }

  private func receive() {
    for _ in 0..<64 {
      var client = sockaddr_storage()
      var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let length = withUnsafeMutablePointer(to: &client) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          recvfrom(socket.raw, buffer.base, buffer.capacity, 0, $0, &size)
        }
      }
      guard length >= 0 else { break }
      guard let flow = flow(of: client, size) else { continue }
      flow.lastHeard = Monotonic.now
      send(flow.server.raw, buffer.base, length, 0)
    }
  }

  private func flow(of client: sockaddr_storage, _ size: socklen_t) -> Flow? {
    if let known = flows.first(where: { $0.isFrom(client, size) }) { return known }
    // Who was silent longest makes room.
    if !room.has(1), let oldest = flows.min(by: { $0.lastHeard < $1.lastHeard }) { forget(oldest) }
    guard room.has(1), let server = peer.connect(SOCK_DGRAM) else { return nil }
    let flow = Flow(client, size, server)
    do { try loop.watch(server.raw, .readable) { [unowned self] _ in answer(flow) } } catch { return nil }
    flows.append(flow)
    room.take(1)
    onFlow()
    return flow
  }

  private func answer(_ flow: Flow) {
    for _ in 0..<64 {
      let length = recv(flow.server.raw, buffer.base, buffer.capacity, 0)
      guard length >= 0 else { return }
      flow.lastHeard = Monotonic.now
      _ = withUnsafePointer(to: &flow.client) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          sendto(socket.raw, buffer.base, length, 0, $0, flow.clientSize)
        }
      }
    }
  }

  private func forget(_ flow: Flow) {
    loop.forget(flow.server.raw)
    flow.server.close()
    flows.removeAll { $0 === flow }
    room.giveBack(1)
  }
}
