import Diagnostics
import Linux
import Spec

extension Engine {
  /// - Throws: `.conflict` where the name is taken.
  public func rename(_ id: String, to name: String) throws {
    try host.requirePrivileges()
    try Identifier.requireName(name, of: "container")
    let id = try containerStore.resolve(id)
    let lock = try containerStore.lock(id)
    defer { lock.unlock() }
    var record = try record(id)
    let old = record.name
    guard old != name else { return }
    try containerStore.claim(name, for: id)
    failpoints("rename.claimed")
    record.spec.name = name
    try containerStore.write(record)
    failpoints("rename.written")
    containerStore.release(old, of: id)
    changes.note(host.container(id).record, host.container(id).folder, host.names)
    try writeNames(of: record)
    if LiveState.of(host.container(id)).isAlive, let live = LiveNetwork.read(host.container(id)) {
      try? command(record, .events(events(of: record, live)), "telling its shim of its name failed")
    }
    note("rename", record, ["oldName": "/" + old])
  }

  /// Changes what can be changed while the container stays: limits in its cgroup, restart policy in its shim, and what
  /// only the record says.
  public func update(_ id: String, _ update: ContainerUpdate) throws {
    try host.requirePrivileges()
    let id = try containerStore.resolve(id)
    let lock = try containerStore.lock(id)
    defer { lock.unlock() }
    var record = try record(id)
    let before = record.spec
    if let resources = update.resources { record.spec.resources = resources }
    if let restart = update.restart { record.spec.restart = restart }
    if let labels = update.labels { record.spec.labels = labels }
    if let annotations = update.annotations { record.spec.annotations = annotations }
    if let period = update.stopGracePeriod { record.spec.stopGracePeriod = period }
    if let signal = update.stopSignal { record.spec.stopSignal = signal }
    if let number = update.number { record.owner?.number = number }
    do {
      if LiveState.of(host.container(id)).isAlive {
        if record.spec.resources != before.resources { try updateCgroup(record) }
        if record.spec.restart != before.restart {
          try command(record, .restartPolicy(record.spec.restart.launch), "changing its restart policy failed")
        }
      }
      try containerStore.write(record)
    } catch { throw Failure(error).of(container: record.name) }
    changes.note(host.container(id).record, host.container(id).folder)
    note("update", record)
  }
}
