import Compose
import Diagnostics
import Spec

/// Durations behind flags, as compose files write them: `30s`, `1m30s`.
enum SyncDuration {
  /// Nanoseconds; a tenth of a second at the least.
  static func parse(_ text: String, _ flag: String) throws(Failure) -> Int64 {
    guard let nanoseconds = Quantity.nanoseconds(text) else {
      throw Failure(.invalidInput, "\"\(text)\" is no duration", subject: flag, hint: "write 30s or 1m30s")
    }
    guard nanoseconds >= 100_000_000 else {
      throw Failure(.invalidInput, "\"\(text)\" is too short", subject: flag, hint: "100ms is the shortest")
    }
    return nanoseconds
  }
}
