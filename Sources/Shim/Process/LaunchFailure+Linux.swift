import Diagnostics
import Launch
import Linux

extension LaunchFailure {
  /// A failed system call of the shim's own, which is the engine's fault: status 125.
  init(_ error: SystemError) { self.init(step: error.step, path: error.path, errno: error.errno) }

  /// A failure that is told in words already.
  init(_ failure: Failure) { self.init(step: failure.description) }
}
