import Diagnostics
import Isolation
import Launch
import Linux
import Runtime
import Spec

extension Engine {
  /// The control groups of a container, to look at them.
  func controlGroup(of record: ContainerRecord) throws(Failure) -> any ControlGroup {
    try runtime.controlGroup(for: record.spec, id: record.id)
  }

  /// Ends what is left in the control groups of a container that runs no more, and removes them.
  func removeCgroup(_ record: ContainerRecord) {
    guard let group = try? controlGroup(of: record) else { return }
    group.killAll()
    // What cannot be removed is found by `doctor` again.
    try? group.remove()
  }

  /// Sets the limits of a container that runs to what its record says now, and has its shim set the same when it starts
  /// the program again.
  func updateCgroup(_ record: ContainerRecord) throws(Failure) {
    let (launch, warnings) = try runtime.cgroup(for: record.spec, id: record.id)
    for warning in warnings { warn("container \(record.name): \(warning.message)") }
    // Of memory, and memory and swap together, one must not exceed the other, so which goes first depends on whether they
    // rise or fall: what is refused is tried once more when the others are set.
    let refused = launch.writes.compactMap(failed).map(\.write)
    if let first = refused.compactMap(failed).first { throw first.error.failure.of(container: record.name) }
    try command(record, .limits(launch.writes), "telling its shim of its limits failed")
  }

  private func failed(_ write: CgroupLaunch.Write) -> (write: CgroupLaunch.Write, error: SystemError)? {
    do {
      try writeExisting(write.value, to: write.path, step: "setting")
      return nil
    } catch { return write.optional ? nil : (write, error) }
  }
}
