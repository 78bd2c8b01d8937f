import Diagnostics
import Linux

extension Engine {
  /// Notices that something about containers may have changed, for as long as it lives: first `follow` the containers,
  /// then look at them, then wait. What happens in between is not missed.
  public func watch() throws -> StateWatch { try StateWatch(host) }
}

/// Folders of running containers, and their shims' processes: a shim that is killed writes nothing any more.
public final class StateWatch {
  private let host: Host
  private let files: FileWatch
  private var shims: [String: Descriptor] = [:]
  private var followed: Set<String> = []

  init(_ host: Host) throws {
    self.host = host
    files = try FileWatch()
    try makeDirectories(host.runContainers, mode: 0o700)
    try files.add(host.runContainers, [.appeared, .vanished])
    for folder in [host.containers, host.networks, host.volumes] { try? files.add(folder, .vanished) }
  }

  /// - Returns: some were not followed before: look at them again.
  public func follow(_ containers: [ContainerView]) -> Bool {
    var isNew = false
    let running = Set(containers.filter(\.isRunning).map(\.id))
    for id in running where !followed.contains(id) {
      let paths = host.container(id)
      guard (try? files.add(paths.run, [.appeared, .vanished])) != nil else { continue }
      if case .alive(let state) = LiveState.of(paths), let shim = state.shim { shims[id] = shim.descriptor }
      isNew = true
      followed.insert(id)
    }
    for id in followed.subtracting(running) {
      followed.remove(id)
      shims[id] = nil
    }
    return isNew
  }

  /// Returns when something may have changed, or one of the others can be read, at the latest after `limit` nanoseconds.
  public func wait(limit: Int64, others: [Descriptor]) {
    let all = [files.descriptor] + Array(shims.values) + others
    guard let index = poll(all, timeout: limit) else { return }
    // A process that has ended stays readable.
    let ended = shims.filter { poll([$0.value], timeout: 0) != nil }.map(\.key)
    for id in ended {
      shims[id] = nil
      followed.remove(id)
    }
    if index == 0 { files.drain() }
  }
}
