import Glibc
import Launch
import Linux

/// The control groups of one container, whichever version the machine has. Everything that differs is in here.
public protocol ControlGroup: Sendable {
  var launch: CgroupLaunch { get }

  /// Makes the folders and sets the limits. May be called again.
  func prepare() throws(LaunchFailure)
  /// Prepares, and opens the folder in which a child can be born (CLONE_INTO_CGROUP); `nil` where it must `enter`.
  func birthplace() throws(LaunchFailure) -> Descriptor?
  /// Puts this process in, which has one thread.
  func enter() throws(LaunchFailure)
  /// The processes, as this process' namespace numbers them, also of groups below.
  func processes() -> [Int32]
  /// Stops all processes where they are, or lets them go on. Returns when it is so.
  func setFrozen(_ frozen: Bool) throws(LaunchFailure)
  /// SIGKILL to all, also to those that are forked meanwhile.
  func killAll()
  /// How many processes the kernel has killed here for want of memory.
  func oomKills() -> UInt64
  func statistics() -> CgroupStatistics
  /// Removes the folders with those below. Waits a little for processes that are on their way out.
  func remove() throws(LaunchFailure)
}

extension CgroupLaunch {
  public var controlGroup: any ControlGroup {
    switch version {
    case .none: NoControlGroup(launch: self)
    case .v1: ControlGroupV1(launch: self)
    case .v2: ControlGroupV2(launch: self)
    }
  }
}

/// A machine without control groups, or one where none may be made.
struct NoControlGroup: ControlGroup {
  let launch: CgroupLaunch

  func prepare() {}
  func birthplace() -> Descriptor? { nil }
  func enter() {}
  func processes() -> [Int32] { [] }
  func setFrozen(_ frozen: Bool) throws(LaunchFailure) {
    throw LaunchFailure(step: "pausing needs control groups", errno: EOPNOTSUPP)
  }
  func killAll() {}
  func oomKills() -> UInt64 { 0 }
  func statistics() -> CgroupStatistics { CgroupStatistics() }
  func remove() {}
}
