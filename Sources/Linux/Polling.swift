import CLinux
import Glibc

/// Waits until one of the descriptors can be read (or has hung up): its index, or `nil` when the time is over.
/// - Parameter timeout: nanoseconds; `nil` waits for ever.
public func poll(_ descriptors: [Descriptor], timeout: Int64? = nil) -> Int? {
  let deadline = timeout.map { Monotonic.now + $0 }
  var list = descriptors.map { pollfd(fd: $0.raw, events: Int16(POLLIN), revents: 0) }
  while true {
    let left = deadline.map { max($0 - Monotonic.now, 0) }
    var time = timespec(tv_sec: Int((left ?? 0) / 1_000_000_000), tv_nsec: Int((left ?? 0) % 1_000_000_000))
    let ready = list.withUnsafeMutableBufferPointer { list in
      withUnsafeMutablePointer(to: &time) {
        systemCall(SYS_ppoll, list.baseAddress?.address ?? 0, list.count, left == nil ? 0 : $0.address, 0, 8)
      }
    }
    if ready > 0 { return list.firstIndex { $0.revents != 0 } }
    if ready != -Int(EINTR) { return nil }
  }
}
