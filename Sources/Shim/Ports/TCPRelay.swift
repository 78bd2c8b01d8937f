import Glibc
import Launch
import Linux

/// Passes on the TCP connections that reach a held host port in spite of the firewall. Each direction ends by itself.
final class TCPRelay {
  /// Two sockets and two pipes.
  private static let descriptorsEach = 6

  private final class Connection {
    let inbound: Channel
    let outbound: Channel
    var client: Descriptor { inbound.source }
    var server: Descriptor { inbound.target }

    init(_ client: Descriptor, _ server: Descriptor) throws(SystemError) {
      inbound = try Channel(from: client, to: server)
      outbound = try Channel(from: server, to: client)
    }
  }

  private let loop: EventLoop
  private let peer: PeerAddress
  private let room: DescriptorRoom
  private let socket: Descriptor
  /// `nil` while connections are not accepted.
  private var listener: Listener?
  private var connections: [Connection] = []

  init(
    _ socket: Descriptor, to peer: PeerAddress, isOpen: Bool = true, room: DescriptorRoom, loop: EventLoop
  ) throws(SystemError) {
    self.socket = socket
    self.loop = loop
    self.peer = peer
    self.room = room
    if isOpen { try open() }
  }

  private func open() throws(SystemError) {
    // Who reserved the port may have said so already; other replicas hold the same socket.
    _ = listen(socket.raw, 4096)
    listener = try Listener(
      socket, loop: loop, hasRoom: { [room] in room.has(TCPRelay.descriptorsEach) },
      onClient: { [unowned self] client in try? add(client) })
  }

  /// Whoever waits already is still let in when the door is closed. The port stays bound: shutting a listening socket
  /// down (tcp(7)) only ends its listening.
  func setOpen(_ isOpen: Bool) {
    if isOpen {
      if listener == nil { try? open() }
    } else if let listener {
      listener.finish()
      self.listener = nil
      shutdown(socket.raw, Int32(SHUT_RD))
    }
  }

  /// There may be room for more connections.
  func resume() { listener?.resume() }

  /// Without an answer from the container the client finds its connection closed.
  private func add(_ client: Descriptor) throws(SystemError) {
    guard let server = peer.connect(SOCK_STREAM) else { return }
    let connection = try Connection(client, server)
    try loop.watch(client.raw, [.readable, .readHangUp]) { [unowned self] events in
      handle(connection, events)
    }
    do {
      // Writable tells that the container answered; nothing is read before.
      try loop.watch(server.raw, .writable) { [unowned self] events in handle(connection, events) }
    } catch {
      loop.forget(client.raw)
      throw error
    }
    connections.append(connection)
    room.take(TCPRelay.descriptorsEach)
  }

  private func handle(_ connection: Connection, _ events: Epoll.Interest) {
    do {
      try connection.inbound.pump()
      try connection.outbound.pump()
    } catch {
      // ENOTCONN while the container has not answered yet is no end.
      guard error.errno == ENOTCONN, !events.contains(.error) else { return close(connection) }
    }
    if events.contains(.error) || (connection.inbound.isDone && connection.outbound.isDone) {
      return close(connection)
    }
    update(connection.client, reads: connection.inbound.wantsSource, writes: connection.outbound.wantsTarget)
    update(connection.server, reads: connection.outbound.wantsSource, writes: connection.inbound.wantsTarget)
  }

  private func update(_ socket: Descriptor, reads: Bool, writes: Bool) {
    var interest: Epoll.Interest = []
    if reads { interest.insert(.readable) }
    if writes { interest.insert(.writable) }
    loop.change(socket.raw, interest)
  }

  private func close(_ connection: Connection) {
    loop.forget(connection.client.raw)
    loop.forget(connection.server.raw)
    connection.client.close()
    connection.server.close()
    connections.removeAll { $0 === connection }
    room.giveBack(TCPRelay.descriptorsEach)
  }
}
