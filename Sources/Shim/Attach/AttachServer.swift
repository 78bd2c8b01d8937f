import Glibc
import Launch
import Linux

/// What clients of `attach.sock` ask for.
protocol AttachRequests: AnyObject {
  /// Input for the container. `false`: it takes no more for now, and the client is held until `AttachServer.release`.
  func input(_ bytes: [UInt8]) -> Bool
  func endOfInput()
  func request(_ frame: ClientFrame, from client: AttachClient)
  /// A client that was attached to standard input is gone.
  func inputClientLeft()
  /// A client that made the container wait took what it had to take, or left.
  func outputMayGoOn()
}

/// The unix socket over which clients watch, feed and command a container. No client can make the shim wait or grow.
final class AttachServer {
  /// More at a time are turned away.
  static let maximumClients = 64

  private let loop: EventLoop
  private var listener: Listener!
  private let path: String
  private unowned let requests: any AttachRequests
  private var clients: [AttachClient] = []
  /// A client took something, or left.
  var onProgress: () -> Void = {}

  init(_ path: String, loop: EventLoop, requests: any AttachRequests) throws(SystemError) {
    self.path = path
    self.loop = loop
    self.requests = requests
    listener = try Listener(UnixSocket.listen(path), loop: loop) { [unowned self] client in adopt(client) }
  }

  /// Some client makes the container wait.
  var isBlocking: Bool { clients.contains { $0.isBlocking } }
  /// Something is still to be sent.
  var isPending: Bool { clients.contains { !$0.queue.isEmpty } }

  /// Some client removes the container at its end.
  var hasRemover: Bool { clients.contains { $0.streams.contains(.removing) } }

  /// A client that is connected already.
  func adopt(_ socket: Descriptor) {
    guard clients.count < AttachServer.maximumClients, (try? socket.setNonBlocking(true)) != nil else { return }
    let client = AttachClient(socket)
    // Where the kernel has no room to watch it, the client finds its connection closed.
    if watch(client) { clients.append(client) }
  }

  private func watch(_ client: AttachClient) -> Bool {
    do {
      try loop.watch(client.socket.raw, client.interest) { [unowned self] events in handle(client, events) }
      return true
    } catch { return false }
  }

  /// Output to all who want it.
  func broadcast(_ stream: ContainerLog.Stream, _ bytes: UnsafeBufferPointer<UInt8>) {
    let (wanted, tag): (AttachStreams, UInt8) =
      stream == .stdout ? (.stdout, ShimFrame.stdoutTag) : (.stderr, ShimFrame.stderrTag)
    for client in clients where client.streams.contains(wanted) {
      var rest = bytes[...]
      while !rest.isEmpty {
        client.sendOutput(tag: tag, UnsafeBufferPointer(rebasing: rest.prefix(FrameLimit.payload)))
        rest = rest.dropFirst(FrameLimit.payload)
      }
      loop.change(client.socket.raw, client.interest)
    }
  }

  func reply(_ client: AttachClient, errno: Int32, text: String = "") {
    send(.reply(errno: errno, text: text), to: client)
  }

  /// Lets clients be heard again that were held because of their input.
  func release() {
    for client in clients where client.isHeld {
      client.isHeld = false
      guard process(client) else {
        drop(client)
        continue
      }
      loop.change(client.socket.raw, client.interest)
    }
  }

  /// The container came to its end: tells all who wait for it, and those who asked for it.
  func announceEnd(code: Int32, oomKilled: Bool) {
    for client in clients {
      for _ in 0..<client.stopRequests { reply(client, errno: 0) }
      client.stopRequests = 0
      if client.waits || !client.streams.isEmpty { send(.exited(code: code, oomKilled: oomKilled), to: client) }
    }
  }

  /// No new clients; the name is removed.
  func close() {
    listener.close()
    unlink(path)
  }

  /// Leaves all clients.
  func hangUp() {
    for client in clients {
      loop.forget(client.socket.raw)
      client.socket.close()
    }
    clients = []
  }

  private func send(_ frame: ShimFrame, to client: AttachClient) {
    client.queue.push(frame)
    client.sendQueued()
    loop.change(client.socket.raw, client.interest)
  }

  private func handle(_ client: AttachClient, _ events: Epoll.Interest) {
    if client.isHeld, events.contains(.hangUp) {
      // It left; what it sent is still meant for the container. Until that reads on, its going must not wake anybody.
      return loop.change(client.socket.raw, [])
    }
    let wasBlocking = client.isBlocking
    if events.contains(.writable) { client.sendQueued() }
    if events.contains(.readable) || events.contains(.hangUp) || events.contains(.error) {
      guard read(client) else { return drop(client) }
    }
    loop.change(client.socket.raw, client.interest)
    if wasBlocking, !client.isBlocking { requests.outputMayGoOn() }
    if events.contains(.writable) { onProgress() }
  }

  /// - Returns: `false` when the client is gone or talks nonsense.
  private func read(_ client: AttachClient) -> Bool {
    var isOpen = true
    withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 1) { room in
      let length = recv(client.socket.raw, room.baseAddress, room.count, 0)
      if length > 0 {
        client.reader.append(room[..<length])
      } else {
        isOpen = length < 0 && (errno == EAGAIN || errno == EINTR)
      }
    }
    // What came before the end is still meant.
    return process(client) && isOpen
  }

  /// - Returns: `false` when the client talks nonsense.
  private func process(_ client: AttachClient) -> Bool {
    while !client.isHeld {
      let frame: ClientFrame?
      do { frame = try client.reader.nextClientFrame() } catch { return false }
      guard let frame else { return true }
      switch frame {
      case .hello(let streams): client.streams = streams
      case .stdin(let bytes): client.isHeld = !requests.input(bytes)
      case .endOfInput: requests.endOfInput()
      case .wait: client.waits = true
      default: requests.request(frame, from: client)
      }
    }
    return true
  }

  private func drop(_ client: AttachClient) {
    let wasBlocking = client.isBlocking
    loop.forget(client.socket.raw)
    client.socket.close()
    clients.removeAll { $0 === client }
    if client.streams.contains(.stdin) { requests.inputClientLeft() }
    if wasBlocking { requests.outputMayGoOn() }
    onProgress()
  }
}
