import Linux

/// A listening socket in the event loop. While there is no room for more clients they wait in the kernel's queue, and
/// the shim sleeps.
final class Listener {
  /// Nanoseconds after which it is tried again when the kernel could give no descriptor.
  private static let pause: Int64 = 1_000_000_000

  private let socket: Descriptor
  private let loop: EventLoop
  private let hasRoom: () -> Bool
  private let onClient: (Descriptor) -> Void
  private var isWatched = false

  /// - Parameter onClient: takes over a connection, which never waits.
  init(
    _ socket: Descriptor, loop: EventLoop, hasRoom: @escaping () -> Bool = { true },
    onClient: @escaping (Descriptor) -> Void
  ) throws(SystemError) {
    self.socket = socket
    self.loop = loop
    self.hasRoom = hasRoom
    self.onClient = onClient
    try socket.setNonBlocking(true)
    try watch()
  }

  /// There may be room again.
  func resume() { if !isWatched, socket.raw >= 0, hasRoom() { try? watch() } }

  func close() {
    mute()
    socket.close()
  }

  /// Lets in whoever waits, and looks no more. The socket stays open.
  func finish() {
    if isWatched { accept() }
    mute()
  }

  private func watch() throws(SystemError) {
    // Other replicas of a service may wait for the same socket.
    try loop.watch(socket.raw, [.readable, .exclusive]) { [unowned self] _ in accept() }
    isWatched = true
  }

  private func mute() {
    if isWatched { loop.forget(socket.raw) }
    isWatched = false
  }

  private func accept() {
    while hasRoom() {
      do {
        guard let client = try UnixSocket.accept(socket, nonBlocking: true) else { return }
        onClient(client)
      } catch {
        mute()
        return loop.after(Listener.pause) { [weak self] in self?.resume() }
      }
    }
    mute()
  }
}
