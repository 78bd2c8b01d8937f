/// A program of the host that is run while the container is made, with its state on standard input (runtime
/// specification, config.md "POSIX-platform Hooks" and runtime.md "State").
public struct HookLaunch: Hashable, Sendable {
  public enum Moment: UInt8, Sendable {
    /// In the container's process, before the root is entered.
    case createContainer
    /// After that, right before the program.
    case startContainer
    /// On the host while the container's process waits, before its `createContainer`.
    case prestart, createRuntime
    /// On the host, after the program was started and after it has ended.
    case poststart, poststop
  }

  public var moment = Moment.createContainer
  public var path = ""
  public var arguments: [String] = []
  public var environment: [String] = []
  /// Seconds; 0: no limit.
  public var timeout: UInt32 = 0
  /// The folder whose `config.json` says where the container's root is.
  public var bundle = ""
  /// The container's.
  public var id = ""

  public init() {}
}

extension HookLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&moment)
    try wire.pass(&path)
    try wire.pass(&arguments)
    try wire.pass(&environment)
    try wire.pass(&timeout)
    try wire.pass(&bundle)
    try wire.pass(&id)
  }
}

extension HookLaunch.Moment: WireEnumeration {
  init() { self = .createContainer }
}
