import Diagnostics
import Launch
import Linux

/// A launch message with the descriptors that it names, ready to be given to a shim.
public struct PreparedLaunch: Sendable {
  public var message: LaunchMessage
  /// The first becomes `Descriptors.first` in the shim, and so on.
  public var descriptors: [Descriptor]
  /// What was asked for and cannot be had exactly so on this machine.
  public var warnings: [Warning]
}

/// A container that a shim looks after.
public struct LaunchedContainer: Hashable, Sendable {
  public var pid: Int32
  public var startTime: UInt64

  public init(pid: Int32, startTime: UInt64) {
    self.pid = pid
    self.startTime = startTime
  }
}
