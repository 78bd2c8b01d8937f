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

  /// Sets the limits of a container that runs to what its record says now.
  func updateCgroup(_ record: ContainerRecord) throws(Failure) {
    let group = try controlGroup(of: record)
    do { try group.prepare() } catch { throw Failure(error).about("container \(record.name)") }
  }
}
