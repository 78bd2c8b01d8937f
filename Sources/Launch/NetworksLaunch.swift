/// What of a container's launch changes when it is attached to a network, or detached, while it runs.
public struct NetworksLaunch: Hashable, Sendable {
  /// As in `DNSLaunch`.
  public var namesDirectories: [String] = []
  /// As in `LaunchMessage`.
  public var exitNetlink: [Datagram] = []
  public var unlinkOnExit: [String] = []

  public init() {}
}

extension NetworksLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&namesDirectories)
    try wire.pass(&exitNetlink)
    try wire.pass(&unlinkOnExit)
  }
}
