import Diagnostics
import Glibc
import Linux

extension Engine {
  /// Ends a container because the machine goes down: as `stop` does, but nobody is said to have stopped it, so that its
  /// restart policy brings it back. Waits until its shim is gone.
  public func endWithMachine(_ id: String) throws {
    try host.requirePrivileges()
    guard case .alive(let state) = LiveState.of(host.container(id)), let shim = state.shim else { return }
    _ = try shim.send(signal: SIGTERM)
    _ = shim.waitForEnd()
  }
}
