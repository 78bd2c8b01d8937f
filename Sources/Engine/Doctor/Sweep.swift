import Synchronization

/// Something that each process does once.
final class Sweep: Sendable {
  private let isDone = Atomic(false)

  /// Whether it is the caller's to do.
  func begin() -> Bool { !isDone.exchange(true, ordering: .relaxed) }
}
