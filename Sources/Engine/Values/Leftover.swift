/// Something that no object owns any more: its maker or its user died.
public struct Leftover: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case container, name, lease, volume, network, bridge, firewall, cgroup, runFolder, record, mount, temporary
  }

  public var kind: Kind
  /// A path, a name or an id.
  public var subject: String
  /// What is the matter, in words.
  public var reason: String
  /// It was asked to be repaired, and is.
  public var repaired = false

  public init(_ kind: Kind, _ subject: String, reason: String) {
    self.kind = kind
    self.subject = subject
    self.reason = reason
  }
}
