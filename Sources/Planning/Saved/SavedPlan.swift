import Diagnostics
import FoundationEssentials

/// A plan with all that it stands on, so that it can be carried out later, and only on the machine that it was made for.
///
/// Its JSON is a plan's with one more member, `saved`. It has values in it that a plan that is only shown leaves out: it
/// belongs into a file that only its owner can read. Bytes of secrets and configs are in none.
public struct SavedPlan: Codable, Sendable {
  public var plan: Plan
  /// RFC 3339.
  public var made: String
  public var madeBy: String
  public var desired: Desired
  public var options: UpOptions
  /// What there was, as far as it matters to the project.
  public var observed: Observed

  public init(
    _ plan: Plan, made: String, madeBy: String, desired: Desired, options: UpOptions, observed: Observed
  ) {
    self.plan = plan
    self.made = made
    self.madeBy = madeBy
    self.desired = desired
    self.options = options
    self.observed = observed.relevant(to: desired)
  }

  private enum Key: String, CodingKey { case saved }
  private enum SavedKey: String, CodingKey {
    case made, desired, options, observed
    case madeBy = "made_by"
  }

  public func encode(to encoder: any Encoder) throws {
    try plan.encode(to: encoder)
    var members = encoder.container(keyedBy: Key.self)
    var saved = members.nestedContainer(keyedBy: SavedKey.self, forKey: .saved)
    try saved.encode(made, forKey: .made)
    try saved.encode(madeBy, forKey: .madeBy)
    try saved.encode(desired, forKey: .desired)
    try saved.encode(options, forKey: .options)
    try saved.encode(observed, forKey: .observed)
  }

  public init(from decoder: any Decoder) throws {
    let plan = try Plan(from: decoder)
    let members = try decoder.container(keyedBy: Key.self)
    guard members.contains(.saved) else {
      throw Failure(
        .invalidInput, "it is a plan to read: what it takes to apply it is not in it", subject: "plan",
        hint: "save one with `davit plan -o FILE`")
    }
    let saved = try members.nestedContainer(keyedBy: SavedKey.self, forKey: .saved)
    self.plan = plan
    made = try saved.decode(String.self, forKey: .made)
    madeBy = try saved.decode(String.self, forKey: .madeBy)
    desired = try saved.decode(Desired.self, forKey: .desired)
    options = try saved.decode(UpOptions.self, forKey: .options)
    observed = try saved.decode(Observed.self, forKey: .observed)
  }
}

extension PlanJSON {
  /// For a file that only its owner can read.
  public static func render(_ saved: SavedPlan) throws -> String { try render(encoding: saved) }

  public static func readSaved(_ bytes: [UInt8]) throws -> SavedPlan { try read(SavedPlan.self, from: bytes) }
}
