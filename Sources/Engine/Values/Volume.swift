import Linux
import Spec

/// A volume of this machine.
public struct Volume: Hashable, Sendable {
  public var spec: VolumeSpec
  public var owner: Ownership?
  public var created: Timestamp
  /// Made for one container without a name of its own.
  public var anonymous: Bool
  /// The folder with its files on the host.
  public var mountpoint: String

  public var name: String { spec.name }

  public init(spec: VolumeSpec, owner: Ownership?, created: Timestamp, anonymous: Bool, mountpoint: String) {
    self.spec = spec
    self.owner = owner
    self.created = created
    self.anonymous = anonymous
    self.mountpoint = mountpoint
  }
}
