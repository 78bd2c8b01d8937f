import Glibc
import Launch
import Linux

/// One connection to `attach.sock`.
final class AttachClient {
  let socket: Descriptor
  var reader = FrameReader()
  var queue = OutgoingQueue()
  var streams: AttachStreams = []
  /// Wants to know when the container came to its end.
  var waits = false
  /// Requests that are answered when the container came to its end.
  var stopRequests = 0
  /// The container does not read its input as fast as this client sends it.
  var isHeld = false

  init(_ socket: Descriptor) { self.socket = socket }

  /// What is waited for now. A client that does not read its answers is not heard either.
  var interest: Epoll.Interest {
    var events: Epoll.Interest = []
    if !isHeld, !queue.isFull { events.insert(.readable) }
    if !queue.isEmpty { events.insert(.writable) }
    return events
  }

  /// Makes the container wait.
  var isBlocking: Bool { streams.contains(.lossless) && queue.isFull }

  func sendQueued() {
    queue.drain { room in max(0, send(socket.raw, room.baseAddress, room.count, Int32(MSG_NOSIGNAL))) }
  }

  /// Sends output, straight from where it was read when nothing waits.
  func sendOutput(tag: UInt8, _ payload: UnsafeBufferPointer<UInt8>) {
    var frame = ShimFrame.header(tag: tag, count: payload.count)
    let size = frame.count + payload.count
    var sent = 0
    if queue.isEmpty {
      frame.withUnsafeMutableBytes { header in
        var parts = [
          iovec(iov_base: header.baseAddress, iov_len: header.count),
          iovec(iov_base: UnsafeMutableRawPointer(mutating: payload.baseAddress), iov_len: payload.count),
        ]
        sent = max(0, writev(socket.raw, &parts, 2))
      }
    }
    if sent == size { return }
    frame += payload
    if sent > 0 {
      queue.finish(frame.dropFirst(sent))
    } else {
      queue.offer(frame, payload: payload.count, lossless: streams.contains(.lossless))
    }
  }
}
