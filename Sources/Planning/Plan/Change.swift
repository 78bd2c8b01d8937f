/// One step of a plan, on one object.
public struct Change: Hashable, Sendable, Identifiable {
  /// Counted from 1 within the plan.
  public var id: Int
  /// Changes that have to be done before this one begins.
  public var after: [Int]
  public var object: ObjectReference
  public var action: Action
  /// Why; empty for a step that follows from another change of the same object.
  public var reasons: [Reason]
  /// It ends a container, and is refused while that is the only one of its service that serves: the service is to be
  /// replaced without a gap, and the machine may have changed since the plan was made.
  public var sparesLast: Bool

  public init(
    id: Int, after: [Int] = [], object: ObjectReference, action: Action, reasons: [Reason] = [],
    sparesLast: Bool = false
  ) {
    self.id = id
    self.after = after
    self.object = object
    self.action = action
    self.reasons = reasons
    self.sparesLast = sparesLast
  }
}

/// What a change is about, in the words that a person uses.
public struct ObjectReference: Codable, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Codable, Hashable, Sendable {
    case container, network, volume, image, service, file
  }

  public var kind: Kind
  /// Its name on this machine; of a service, its key.
  public var name: String
  /// The key in the project file: the service of a container, the key of a network or volume.
  public var key: String

  public init(_ kind: Kind, _ name: String, key: String = "") {
    self.kind = kind
    self.name = name
    self.key = key
  }

  public var description: String { "\(kind.rawValue) \(name)" }
}
