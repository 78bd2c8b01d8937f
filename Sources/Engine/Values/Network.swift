import Linux
import Spec

/// A network of this machine.
public struct Network: Codable, Hashable, Sendable {
  /// 64 hexadecimal digits.
  public var id: String
  /// With its address pools filled in: a subnet and a gateway for each family that it has.
  public var spec: NetworkSpec
  /// As asked for, before anything was filled in.
  public var asked: NetworkSpec
  public var owner: Ownership?
  public var created: Timestamp

  public var name: String { spec.name }

  public init(id: String, spec: NetworkSpec, asked: NetworkSpec, owner: Ownership?, created: Timestamp) {
    self.id = id
    self.spec = spec
    self.asked = asked
    self.owner = owner
    self.created = created
  }
}
