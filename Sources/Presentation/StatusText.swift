/// The STATUS column: `Up 5 seconds (healthy)`, `Exited (137) 2 minutes ago`.
public struct StatusText: Sendable {
  /// Docker's word: `created`, `running`, `paused`, `restarting`, `exited`, `removing`, `dead`.
  public var state: String
  /// `starting`, `healthy`, `unhealthy`; `nil` without a check.
  public var health: String?
  public var exitCode: Int32
  /// Since it was started; `nil` if it never was.
  public var runningSeconds: Double?
  /// Since it ended; `nil` if it never did.
  public var endedSeconds: Double?

  public init(
    state: String, health: String? = nil, exitCode: Int32 = 0, runningSeconds: Double? = nil,
    endedSeconds: Double? = nil
  ) {
    self.state = state
    self.health = health
    self.exitCode = exitCode
    self.runningSeconds = runningSeconds
    self.endedSeconds = endedSeconds
  }

  public var text: String {
    let up = "Up \(HumanTime.span(seconds: runningSeconds ?? 0))"
    switch state {
    case "running":
      return switch health {
      case nil, "none": up
      case "starting": "\(up) (health: starting)"
      case let health?: "\(up) (\(health))"
      }
    case "paused": return "\(up) (Paused)"
    case "restarting": return "Restarting (\(exitCode)) \(HumanTime.ago(seconds: endedSeconds ?? 0))"
    case "removing": return "Removal In Progress"
    case "dead": return "Dead"
    case "exited": return "Exited (\(exitCode)) \(HumanTime.ago(seconds: endedSeconds ?? 0))"
    default: return "Created"
    }
  }
}
