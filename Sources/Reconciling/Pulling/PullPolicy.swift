import Diagnostics
import Linux

/// When the image of a service is fetched (compose-spec, `pull_policy`).
public enum PullPolicy: Hashable, Sendable {
  case always, missing, never, build
  /// When it was fetched last longer ago than so many seconds.
  case refresh(seconds: Int64)

  /// `every_1d12h` and its like; units are weeks, days, hours, minutes and seconds.
  public init(_ text: String) throws(Failure) {
    switch text {
    case "always", "refresh": self = .always
    case "missing", "if_not_present": self = .missing
    case "never": self = .never
    case "build": self = .build
    case "daily": self = .refresh(seconds: 86_400)
    case "weekly": self = .refresh(seconds: 7 * 86_400)
    default:
      guard text.hasPrefix("every_"), let seconds = Self.seconds(text.dropFirst(6)) else {
        throw Failure(
          .invalidInput, "unknown pull policy \(text)",
          hint: "always, missing, never, build, daily, weekly and every_<duration> are known")
      }
      self = .refresh(seconds: seconds)
    }
  }

  private static let units: [Character: Int64] = ["w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1]

  private static func seconds(_ text: Substring) -> Int64? {
    var rest = text
    var total: Int64 = 0
    while !rest.isEmpty {
      let digits = rest.prefix { ("0"..."9").contains($0) }
      rest = rest.dropFirst(digits.count)
      guard digits.count < 10, let count = Int64(digits), let unit = rest.popFirst().flatMap({ units[$0] }) else {
        return nil
      }
      total += count * unit
    }
    return text.isEmpty ? nil : total
  }

  /// Whether the image is to be fetched before containers are made of it.
  /// - Parameters:
  ///   - lastPulled: when a registry was asked for it last; `nil`: never, or nobody knows.
  ///   - isBuildable: the service says how to build it, so a missing one is built.
  public func asksForPull(isPresent: Bool, lastPulled: Timestamp?, now: Timestamp, isBuildable: Bool) -> Bool {
    switch self {
    case .always: return true
    case .never, .build: return false
    case .missing: return !isPresent && !isBuildable
    case .refresh(let seconds):
      guard isPresent, let lastPulled else { return true }
      return (now.nanoseconds - lastPulled.nanoseconds) / 1_000_000_000 >= seconds
    }
  }
}
