import Planning

/// Something that happened while a plan is applied. Events of one object come in order, and never two at once.
public struct ProgressEvent: Hashable, Sendable {
  /// The words are those that `docker compose` prints.
  public enum Status: String, Codable, Hashable, Sendable {
    /// It is right as it is.
    case running = "Running"
    case exists = "Exists"
    case creating = "Creating"
    case created = "Created"
    case recreating = "Recreate"
    case recreated = "Recreated"
    case updating = "Updating"
    case updated = "Updated"
    case starting = "Starting"
    case started = "Started"
    case restarting = "Restarting"
    /// A hook: `detail` says which.
    case runningHook = "Running hook"
    case ranHook = "Ran hook"
    case waiting = "Waiting"
    case healthy = "Healthy"
    /// It ended with exit status 0, as was waited for.
    case exited = "Exited"
    case takingOver = "Taking over"
    /// Names and published ports lead to it.
    case tookOver = "Took over"
    case draining = "Draining"
    case drained = "Drained"
    case stopping = "Stopping"
    case stopped = "Stopped"
    case removing = "Removing"
    case removed = "Removed"
    /// Left as it is: `detail` says why.
    case skipped = "Skipped"
    case warning = "Warning"
    case failed = "Error"

    /// Nothing more comes for this step.
    public var isFinal: Bool {
      switch self {
      case .creating, .recreating, .updating, .starting, .restarting, .waiting, .stopping, .removing, .runningHook,
        .takingOver, .draining:
        false
      default: true
      }
    }
  }

  public var object: ObjectReference
  public var status: Status
  /// More words for a person; empty for most.
  public var detail: String

  public init(_ object: ObjectReference, _ status: Status, detail: String = "") {
    self.object = object
    self.status = status
    self.detail = detail
  }
}

extension ProgressEvent {
  /// Of what is right as it is.
  init(_ unchanged: Plan.Unchanged) {
    let status: Status =
      switch unchanged.state {
      case nil: .exists
      case .exited: .exited
      case .created: .created
      default: .running
      }
    self.init(unchanged.object, status)
  }
}
