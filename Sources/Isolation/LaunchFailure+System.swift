import Launch
import Linux

extension LaunchFailure {
  /// A failed system call, told as a step of the work that a person asked for.
  init(_ error: SystemError, exitStatus: Int32 = 125) {
    self.init(step: error.step, path: error.path, errno: error.errno, exitStatus: exitStatus)
  }
}

/// Runs system calls as one step of a launch. `step` and `path` replace what the calls themselves would say.
@inline(__always)
func during<Value>(
  _ step: @autoclosure () -> String, _ path: @autoclosure () -> String = "", _ body: () throws(SystemError) -> Value
) throws(LaunchFailure) -> Value {
  do { return try body() } catch { throw LaunchFailure(step: step(), path: path(), errno: error.errno) }
}

/// Runs system calls whose own words are good enough.
@inline(__always)
func reporting<Value>(_ body: () throws(SystemError) -> Value) throws(LaunchFailure) -> Value {
  do { return try body() } catch { throw LaunchFailure(error) }
}
