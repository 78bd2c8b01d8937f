/// Lengths of time in the words of the docker command.
public enum HumanTime {
  /// `Less than a second`, `5 seconds`, `About a minute`, `3 weeks`: what docker's go-units prints.
  public static func span(seconds: Double) -> String {
    let whole = Int(max(0, seconds))
    let hours = Int(seconds / 3600 + 0.5)
    switch whole {
    case 0: return "Less than a second"
    case 1: return "1 second"
    case ..<60: return "\(whole) seconds"
    case ..<120: return "About a minute"
    case ..<3600: return "\(whole / 60) minutes"
    default: break
    }
    switch hours {
    case 1: return "About an hour"
    case ..<48: return "\(hours) hours"
    case ..<(24 * 7 * 2): return "\(hours / 24) days"
    case ..<(24 * 30 * 2): return "\(hours / 24 / 7) weeks"
    case ..<(24 * 365 * 2): return "\(hours / 24 / 30) months"
    default: return "\(whole / 3600 / 24 / 365) years"
    }
  }

  /// `5 seconds ago`
  public static func ago(seconds: Double) -> String { span(seconds: seconds) + " ago" }

  /// How long a piece of work took, as progress shows it: `0.3s`, `12.0s`, `125.4s`.
  public static func elapsed(seconds: Double) -> String {
    let tenths = Int((max(0, seconds) * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)s"
  }
}
