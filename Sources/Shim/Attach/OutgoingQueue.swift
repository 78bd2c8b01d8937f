import Launch

/// Bytes that a client has not taken yet, with a bound: output that does not fit is skipped and counted, and the client
/// is told as soon as there is room. Answers to requests always fit.
struct OutgoingQueue: Sendable {
  /// Bytes after which output waits (for a lossless client) or is skipped.
  static let limit = 256 << 10

  private var bytes: [UInt8] = []
  private var head = 0
  private var skipped: UInt64 = 0

  var count: Int { bytes.count - head }
  var isEmpty: Bool { count == 0 }
  var isFull: Bool { count >= OutgoingQueue.limit }

  /// Output that was not sent at once. A `lossless` client misses nothing: its container is made to wait instead.
  mutating func offer(_ frame: [UInt8], payload: Int, lossless: Bool) {
    if isFull, !lossless {
      skipped += UInt64(payload)
    } else {
      tellSkipped()
      bytes += frame
    }
  }

  /// The rest of a frame that was sent in part: it must follow, whatever the bound says.
  mutating func finish(_ rest: some Collection<UInt8>) { bytes += rest }

  mutating func push(_ frame: ShimFrame) {
    tellSkipped()
    bytes += frame.encoded()
  }

  /// Sends as much as `send` takes; it returns the number of bytes that it took.
  mutating func drain(_ send: (UnsafeRawBufferPointer) -> Int) {
    if !isFull { tellSkipped() }
    guard !isEmpty else { return }
    head += bytes.withUnsafeBytes { send(UnsafeRawBufferPointer(rebasing: $0[head...])) }
    if head == bytes.count {
      bytes = []
      head = 0
    } else if head > OutgoingQueue.limit / 2 {
      bytes.removeFirst(head)
      head = 0
    }
    if !isFull { tellSkipped() }
  }

  private mutating func tellSkipped() {
    guard skipped > 0 else { return }
    bytes += ShimFrame.skipped(skipped).encoded()
    skipped = 0
  }
}
