import Diagnostics
import Linux
import Networking

extension Engine {
  /// Whether somebody died who should have cleared up after this container, and who.
  func loss(of record: ContainerRecord) -> String? {
    let paths = host.container(record.id)
    switch LiveState.of(paths) {
    case .alive: return nil
    case .lost(_, .shimKilled): return "its shim was killed, and it died with it"
    case .neverStarted, .ended, .lost(_, .machineDown):
      // A shim that came to its end left its state. Without one the start was cut off between the network and the shim.
      guard !FileStatus.exists(paths.state), FileStatus.exists(paths.endpoints) else { return nil }
      return "its start was cut off"
    }
  }

  /// Does what the shim does at a container's end, for one whose shim was killed before it could, or never came to be:
  /// names, leases, port claims and firewall elements, cgroup. One that runs, or whose shim did it, is left alone. The
  /// caller holds the container's lock.
  func clearAfterLoss(_ record: ContainerRecord) {
    guard loss(of: record) != nil else { return }
    let paths = host.container(record.id)
    if let live = LiveNetwork.read(paths) {
      try? stack.unpublish(live.published)
      for endpoint in live.endpoints {
        try? networkStore.leases(endpoint.networkID).release(container: record.id)
        try? NameFile.remove(from: networkStore.names(endpoint.networkID), container: record.id)
      }
    }
    try? portClaims.release(container: record.id)
    removeCgroup(record)
    if case .lost(let state?, .shimKilled) = LiveState.of(paths) {
      // What was known last becomes the exit record; without one the container would look as if it still ran.
      var last = state
      last.status = .exited
      last.exitCode = 137
      last.error = "its shim was killed, and it died with it"
      last.pid = 0
      last.finishedAt = Timestamp.now().description
      try? writeAtomically(last.json(), to: paths.exitRecord, mode: 0o600)
    }
    try? removeTree(paths.run)
  }
}
