import Spec

/// What has to happen so that a machine has what is desired: changes in an order in which they can be done.
///
/// A plan is a value. It can be shown, saved, compared and applied, and it says of every change why it is there.
public struct Plan: Hashable, Sendable {
  /// Of the JSON form. It grows by one when a reader of the old form would misread the new one.
  public static let formatVersion = 1

  public var project: String
  public var operation: Operation
  /// Topologically sorted: what a change waits for comes before it. The id of a change is its place, counted from 1.
  public var changes: [Change]
  /// Containers, networks and volumes of the project that are right as they are.
  public var unchanged: [Unchanged]
  /// What a person should know but that stops nothing.
  public var warnings: [String]

  public enum Operation: String, Codable, Hashable, Sendable {
    case up, down, start, stop, restart, remove
  }

  public struct Unchanged: Hashable, Sendable, Codable {
    public var object: ObjectReference
    /// Of a container: it need not run to be right.
    public var state: ContainerState?

    public init(_ object: ObjectReference, _ state: ContainerState? = nil) {
      self.object = object
      self.state = state
    }
  }

  public init(
    project: String, operation: Operation, changes: [Change] = [], unchanged: [Unchanged] = [],
    warnings: [String] = []
  ) {
    self.project = project
    self.operation = operation
    self.changes = changes
    self.unchanged = unchanged
    self.warnings = warnings
  }

  /// Nothing on the machine would be altered. A plan may still wait for something (`--wait`).
  public var isEmpty: Bool { !changes.contains { $0.action.alters } }
}
