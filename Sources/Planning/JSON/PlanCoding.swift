import Diagnostics

extension Change: Codable {
  private enum Key: String, CodingKey {
    case id, after, object, reasons
    case sparesLast = "spares_last"
  }

  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    try members.encode(id, forKey: .id)
    try members.encode(after, forKey: .after)
    try members.encode(object, forKey: .object)
    try members.encode(reasons, forKey: .reasons)
    if sparesLast { try members.encode(true, forKey: .sparesLast) }
    try action.encode(to: encoder)
  }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Key.self)
    self.init(
      id: try members.decode(Int.self, forKey: .id), after: try members.decode([Int].self, forKey: .after),
      object: try members.decode(ObjectReference.self, forKey: .object), action: try Action(from: decoder),
      reasons: try members.decode([Reason].self, forKey: .reasons),
      sparesLast: try members.decodeIfPresent(Bool.self, forKey: .sparesLast) ?? false)
  }
}

/// The form is described in `docs/plan-format.md`.
extension Plan: Codable {
  private enum Key: String, CodingKey {
    case version, project, operation, changes, unchanged, warnings, summary
  }

  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    try members.encode(Plan.formatVersion, forKey: .version)
    try members.encode(project, forKey: .project)
    try members.encode(operation, forKey: .operation)
    try members.encode(
      Dictionary(counts.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { $1 }), forKey: .summary)
    try members.encode(changes, forKey: .changes)
    try members.encode(unchanged, forKey: .unchanged)
    try members.encode(warnings, forKey: .warnings)
  }

  /// - Throws: `Failure` for a version that this program does not know, or where changes are not numbered and ordered
  ///   as they have to be.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Key.self)
    let version = try members.decode(Int.self, forKey: .version)
    guard version == Plan.formatVersion else {
      throw Failure(
        .unsupported, "version \(version) of the plan format is not known; this program knows \(Plan.formatVersion)",
        subject: "plan", hint: "make the plan again with this version of davit")
    }
    self.init(
      project: try members.decode(String.self, forKey: .project),
      operation: try members.decode(Operation.self, forKey: .operation),
      changes: try members.decode([Change].self, forKey: .changes),
      unchanged: try members.decode([Unchanged].self, forKey: .unchanged),
      warnings: try members.decode([String].self, forKey: .warnings))
    for (index, change) in changes.enumerated() {
      guard change.id == index + 1, change.after.allSatisfy({ (1..<change.id).contains($0) }) else {
        throw Failure(.corrupt, "change \(change.id) is out of order", subject: "plan")
      }
    }
  }
}
