import Arguments
import Compose
import Diagnostics
import Spec

/// Values behind flags, with errors that name the flag.
extension ParsedArguments {
  /// The value of a flag that was given and is not empty.
  func given(_ flag: String) -> String? { text(flag).flatMap { $0.isEmpty ? nil : $0 } }

  func invalid(_ flag: String, _ message: String, hint: String? = nil) -> Failure {
    Failure(.invalidInput, message, subject: "--\(flag)", hint: hint, exitStatus: command.usageStatus)
  }

  /// Bytes of `64m`.
  func bytes(_ flag: String) throws(Failure) -> Int64? {
    guard let text = given(flag) else { return nil }
    if text == "-1" { return -1 }
    guard let bytes = Quantity.bytes(text), bytes >= 0 else {
      throw invalid(flag, "invalid size: '\(text)'", hint: "write it like 64m or 1g")
    }
    return bytes
  }

  /// Nanoseconds of `1m30s`.
  func duration(_ flag: String) throws(Failure) -> Int64? {
    guard let text = given(flag) else { return nil }
    guard let duration = Quantity.nanoseconds(text), duration >= 0 else {
      throw invalid(flag, "invalid duration: '\(text)'", hint: "write it like 30s or 1m30s")
    }
    return duration
  }

  /// A number where the flag was given.
  func number(_ flag: String) -> Int64? { isGiven(flag) ? integer(flag).map(Int64.init) : nil }

  /// `name=value` entries; a name alone has an empty value.
  func map(_ flag: String) -> [String: String] { Environment.pairs(list(flag)) { _ in "" } }

  /// `no`, `always`, `unless-stopped`, `on-failure[:count]`
  func restartPolicy() throws(Failure) -> RestartPolicy? {
    guard let text = given("restart") else { return nil }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let condition = RestartPolicy.Condition(rawValue: parts[0]) else {
      throw invalid(
        "restart", "invalid restart policy: unknown policy '\(parts[0])'",
        hint: "use one of 'no', 'always', 'on-failure', or 'unless-stopped'")
    }
    guard parts.count > 1 else { return RestartPolicy(condition) }
    guard condition == .onFailure, let count = Int(parts[1]), count >= 0 else {
      throw invalid(
        "restart",
        condition == .onFailure
          ? "invalid restart policy format: maximum retry count must be an integer"
          : "invalid restart policy: maximum retry count can only be used with 'on-failure'")
    }
    return RestartPolicy(condition, maximumRetries: count)
  }
}
