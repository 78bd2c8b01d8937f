import Diagnostics
import Glibc
import Launch
import Linux

/// A conversation with the shim of a running container.
struct ShimConnection: ~Copyable {
  let socket: Descriptor
  private var reader = FrameReader()

  /// - Throws: `.conflict` where the container does not run.
  init(_ paths: ContainerPaths, name: String) throws(Failure) {
    do { socket = try UnixSocket.connect(paths.attachSocket) } catch {
      guard error.errno == ENOENT || error.errno == ECONNREFUSED else { throw error.failure.about("container \(name)") }
      throw Failure(.conflict, "is not running", subject: "container \(name)")
    }
  }

  /// A connection that is there already.
  init(_ socket: Descriptor) { self.socket = socket }

  func send(_ frame: ClientFrame) throws(Failure) {
    do { try socket.writeAll(frame.encoded()) } catch { throw error.failure }
  }

  /// The next frame; `nil` when the shim has gone.
  mutating func receive() throws(Failure) -> ShimFrame? {
    while true {
      do { if let frame = try reader.nextShimFrame() { return frame } } catch {
        throw Failure(.system, "the container's shim said something that is not understood")
      }
      do {
        let bytes = try socket.read(upTo: 64 << 10)
        if bytes.isEmpty { return nil }
        reader.append(bytes)
      } catch {
        if error.errno == ECONNRESET { return nil }
        throw error.failure
      }
    }
  }

  /// Frames that have arrived already.
  mutating func received() throws(Failure) -> ShimFrame? {
    do { return try reader.nextShimFrame() } catch {
      throw Failure(.system, "the container's shim said something that is not understood")
    }
  }

  /// Sends a command and waits until it is done.
  /// - Parameter endIsSuccess: the shim may be gone before it answers.
  mutating func command(_ frame: ClientFrame, _ step: String, endIsSuccess: Bool = false) throws(Failure) {
    do { try socket.writeAll(frame.encoded()) } catch {
      if endIsSuccess, error.errno == EPIPE || error.errno == ECONNRESET { return }
      throw error.failure
    }
    while let frame = try receive() {
      guard case .reply(let errno, let text) = frame else { continue }
      if errno == 0 { return }
      throw Failure(.system, step, causes: text.isEmpty ? [String(cString: strerror(errno))] : [text])
    }
    guard endIsSuccess else { throw Failure(.conflict, "the container ended meanwhile") }
  }
}
