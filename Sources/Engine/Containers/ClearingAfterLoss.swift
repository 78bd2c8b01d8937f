import Diagnostics
import Linux
import Networking

extension Engine {
  /// Does what the shim does at a container's end, for one whose shim was killed before it could: names, leases, port
  /// claims and firewall elements, cgroup. A container that runs, or whose shim did it, is left alone.
  func clearAfterLoss(_ record: ContainerRecord) {
    let paths = host.container(record.id)
    guard case .lost(let state, _) = LiveState.of(paths) else { return }
    if let live = LiveNetwork.read(paths) {
      try? stack.unpublish(live.published)
      for endpoint in live.endpoints {
        try? networkStore.leases(endpoint.networkID).release(container: record.id)
        try? Descriptor.open(networkStore.names(endpoint.networkID), .anchor).unlink(record.id)
      }
    }
    try? portClaims.release(container: record.id)
    removeCgroup(record)
    // The last that was known becomes the exit record; without one the container would look as if it still ran.
    guard var last = state else { return }
    last.status = .exited
    last.exitCode = 137
    last.error = "its shim was killed, and it died with it"
    last.pid = 0
    if last.finishedAt.isEmpty { last.finishedAt = Timestamp.now().description }
    try? writeAtomically(last.json(), to: paths.exitRecord, mode: 0o600)
    try? removeTree(paths.run)
  }
}
