/// When something that keeps failing is tried again: twice as late each time.
struct Backoff {
  /// Nanoseconds, all of them.
  let first: Int64
  let longest: Int64
  private(set) var failures = 0
  private var next: Int64 = 0

  init(first: Int64, longest: Int64) {
    self.first = max(1, first)
    self.longest = max(first, longest)
  }

  /// - Parameter now: of the monotonic clock: what the wall clock does is nothing to it.
  func isDue(_ now: Int64) -> Bool { failures == 0 || now >= next }

  mutating func failed(_ now: Int64) {
    var wait = first
    for _ in 0..<min(failures, 40) where wait < longest { wait = min(longest, wait * 2) }
    failures += 1
    next = now + wait
  }

  mutating func succeeded() { failures = 0 }
}
