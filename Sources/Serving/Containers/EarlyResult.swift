import Linux
import Synchronization

/// A result that another thread has before it is done.
final class EarlyResult: Sendable {
  private let result = Mutex<Result<Void, any Error>?>(nil)
  private let arrived = Signal()

  /// The first counts.
  func set(_ new: Result<Void, any Error>) {
    result.withLock { if $0 == nil { $0 = new } }
    arrived.notifyAll()
  }

  /// Blocks until there is one.
  func get() throws {
    arrived.wait { result.withLock { $0 != nil } }
    try result.withLock { $0! }.get()
  }
}

/// Ids that no one can guess.
enum RandomID {
  /// 64 digits.
  static func hexadecimal() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      let digits = String(generator.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
