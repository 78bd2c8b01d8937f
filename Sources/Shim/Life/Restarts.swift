import Launch

/// Counts restarts and measures the pauses between them.
///
/// As Docker's restart manager: 100 ms, doubling with each try up to a minute, and from the beginning again after a run
/// of ten seconds. The number of tries is held against the maximum for `on-failure` alone, and begins anew only where a
/// window was asked for.
struct Restarts: Hashable, Sendable {
  static let firstDelay: Int64 = 100_000_000
  static let longestDelay: Int64 = 60_000_000_000
  static let settledAfter: Int64 = 10_000_000_000

  var policy: RestartLaunch
  /// All restarts since the shim began.
  private(set) var count: UInt32 = 0
  private var tries: UInt32 = 0
  private var delay: Int64 = 0

  init(_ policy: RestartLaunch) { self.policy = policy }

  /// The pause before the next start after a program ended by itself; `nil`: it stays down. Nanoseconds.
  mutating func delay(afterExit code: Int32, runningFor duration: Int64) -> Int64? {
    let settled = duration >= policy.window ?? Restarts.settledAfter
    if settled { delay = 0 }
    if settled, policy.window != nil { tries = 0 }
    guard isWanted(after: code) else { return nil }
    delay = delay == 0 ? Restarts.firstDelay : min(delay * 2, Restarts.longestDelay)
    tries += 1
    count += 1
    return policy.delay ?? delay
  }

  private func isWanted(after code: Int32) -> Bool {
    switch policy.condition {
    case .no: false
    case .always, .unlessStopped: true
    case .onFailure: code != 0 && (policy.maximumRetries == 0 || tries < policy.maximumRetries)
    }
  }
}
