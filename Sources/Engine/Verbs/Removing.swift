import Diagnostics
import Glibc
import Linux

extension Engine {
  /// - Parameter force: kill it first where it runs.
  /// - Parameter volumes: its anonymous volumes, too.
  public func remove(_ id: String, force: Bool = false, volumes: Bool = false) throws {
    try host.requirePrivileges()
    finishUnfinished()
    let id = try containerStore.resolve(id)
    if force, LiveState.of(host.container(id)).isAlive { try? kill(id) }
    let lock = try containerStore.lock(id)
    defer { lock.unlock() }
    let record = try record(id)
    if case .alive(let state) = LiveState.of(host.container(id)) {
      throw Failure(
        .conflict, "is \(state.status.rawValue)", subject: "container \(record.name)",
        hint: "stop it first, or remove it with --force")
    }
    clearAfterLoss(record)
    failpoints("remove.begun")
    let folder = try containerStore.retire(id, withVolumes: volumes)
    failpoints("remove.retired")
    try finishRemoval(of: record, folder: folder.folder, withVolumes: volumes)
    note("destroy", record)
  }

  /// What is left to do once a container has left its place; also for one whose remover died.
  func finishRemoval(of record: ContainerRecord, folder: String, withVolumes: Bool) throws {
    do {
      containerStore.release(record.name, of: record.id)
      withdrawWishes(of: record.id, record.spec)
      try removeTree(host.container(record.id).run)
      if withVolumes {
        for volume in record.volumes where volume.anonymous { try removeUnused(volume.name) }
      }
      if !record.spec.storageOptions.isEmpty { StorageLimit.clear(folder) }
      try removeTree(folder)
    } catch { throw Failure(error).of(container: record.name) }
  }

  /// An anonymous volume that another container took over (`volumes_from`, a recreation) stays.
  private func removeUnused(_ volume: String) throws {
    let lock = try volumeStore.holdAll()
    defer { lock.unlock() }
    guard try volumeStore.record(volume) != nil, try containerStore.users(ofVolume: volume).isEmpty else { return }
    try volumeStore.remove(volume)
  }
}
