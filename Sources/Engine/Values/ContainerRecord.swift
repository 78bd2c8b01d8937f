import Linux
import Spec

/// What is written down about a container when it is made: what was asked for and how that was resolved. What becomes
/// of it afterwards is not in here.
public struct ContainerRecord: Codable, Hashable, Sendable {
  /// 64 hexadecimal digits.
  public var id: String
  /// As asked for, with the image's digest in `imageID`.
  public var spec: ContainerSpec
  public var owner: Ownership?
  public var created: Timestamp
  /// The program and its arguments, after the image's entrypoint and command have been taken into account.
  public var arguments: [String]
  /// How many of `arguments` come from the entrypoint.
  public var entrypointLength: Int
  /// The volumes behind `spec.mounts` that are volumes, by target; anonymous ones, the image's included, have names of
  /// 64 hexadecimal digits.
  public var volumes: [VolumeUse]

  public struct VolumeUse: Codable, Hashable, Sendable {
    public var name: String
    public var target: String
    public var readOnly: Bool
    /// Made for this container, removed with it when asked.
    public var anonymous: Bool

    public init(name: String, target: String, readOnly: Bool = false, anonymous: Bool = false) {
      self.name = name
      self.target = target
      self.readOnly = readOnly
      self.anonymous = anonymous
    }
  }

  public var name: String { spec.name }

  public init(
    id: String, spec: ContainerSpec, owner: Ownership?, created: Timestamp, arguments: [String] = [],
    entrypointLength: Int = 0, volumes: [VolumeUse] = []
  ) {
    self.id = id
    self.spec = spec
    self.owner = owner
    self.created = created
    self.arguments = arguments
    self.entrypointLength = entrypointLength
    self.volumes = volumes
  }

  enum CodingKeys: String, CodingKey {
    case id, spec, owner, created, arguments
    case entrypointLength = "entrypoint_length"
    case volumes
  }
}
