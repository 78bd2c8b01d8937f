import Linux

/// The host's users that those of a container with a user namespace of its own are.
///
/// They are taken from the range that systemd's documentation "Users, Groups, UIDs and GIDs on systemd Systems" keeps
/// for containers, by the container's id: nothing on the disk belongs to them, since all mounts are idmapped, so nobody
/// needs to remember them.
public struct IdentityRange: Hashable, Sendable {
  static let container: ClosedRange<UInt32> = 524_288...1_879_048_191
  /// As many as images count on: `nobody` is 65534.
  public static let count: UInt32 = 65_536

  public let first: UInt32

  /// - Parameter container: its id, hexadecimal.
  public init(container id: String) {
    let slots = (Self.container.upperBound - Self.container.lowerBound + 1) / Self.count
    let number = UInt32(id.prefix(8), radix: 16) ?? 0
    first = Self.container.lowerBound + number % slots * Self.count
  }

  /// A namespace with these users and groups.
  public func makeNamespace() throws(SystemError) -> UserNamespace {
    let map = "0 \(first) \(Self.count)\n"
    return try UserNamespace.make(users: map, groups: map)
  }
}
