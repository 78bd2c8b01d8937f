import Linux
import Synchronization

/// Ends a wait early, from any thread; asking twice before somebody looks is asking once.
final class Wake: Sendable {
  private let reading: Descriptor
  private let writing: Descriptor
  private let isPending = Atomic(false)

  init() throws(SystemError) { (reading, writing) = try Descriptor.pipe() }

  func wake() {
    guard !isPending.exchange(true, ordering: .acquiringAndReleasing) else { return }
    try? writing.writeAll([1])
  }

  /// - Parameter timeout: nanoseconds of the monotonic clock.
  /// - Returns: whether it was woken.
  func wait(timeout: Int64, or cancellation: Cancellation) -> Bool {
    guard poll([cancellation.descriptor, reading], timeout: timeout) == 1 else { return false }
    _ = try? reading.read(upTo: 1)
    isPending.store(false, ordering: .releasing)
    return true
  }
}
