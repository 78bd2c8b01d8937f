import Diagnostics
import Launch
import Linux

extension Runtime {
  /// A shim that has not been told yet what it is for: the one that was made ahead, or a new one.
  public func waitingShim() throws(Failure) -> WaitingShim {
    if let shim = ahead.withLock({ $0.popLast() }) { return shim }
    return try WaitingShim(shimProgram(), .launch)
  }

  /// Makes a shim for the container that is going to be launched. Where that fails, launching says why.
  public func prepareShim() {
    guard let shim = try? WaitingShim(shimProgram(), .launch) else { return }
    ahead.withLock { $0.append(shim) }
  }

  /// A shim for `execute`.
  public func waitingExecShim() throws(Failure) -> WaitingShim { try WaitingShim(shimProgram(), .exec) }

  /// Has a shim start its container. Returns when the container's program runs; when it cannot, nothing is left.
  ///
  /// The shim leaves this process at once: it need not be waited for, and lives on when davit ends.
  @discardableResult
  public func launch(_ launch: PreparedLaunch, by shim: WaitingShim) throws(Failure) -> LaunchedContainer {
    // The process that was spawned only makes the one that stays.
    defer { shim.dismiss() }
    return try shim.start(launch.message.encoded(), launch.descriptors).0
  }
}
