import Diagnostics
import Linux
import Networking
import Runtime
import Spec

extension Engine {
  /// Containers whose shim was killed, and run folders that belong to none.
  func deadRuns() -> [Finding] {
    let ids = (try? listDirectory(host.runContainers)) ?? []
    return ids.compactMap { id in
      let paths = host.container(id)
      let state = LiveState.of(paths)
      if let record = try? containerStore.read(id) {
        guard let loss = loss(of: record), isStale(id) else { return nil }
        return Finding(.runFolder, record.name, reason: loss) { [self] in clearAfterLoss(record) }
      }
      guard containerStore.passing(id) == nil, !FileStatus.exists(paths.folder) else { return nil }
      if case .alive(let live) = state {
        return Finding(.runFolder, id, reason: "it runs, and there is no such container") {
          if let shim = live.shim {
            try shim.send(signal: 9)
            _ = shim.waitForEnd(timeout: 5_000_000_000)
          }
          try removeTree(paths.run)
        }
      }
      return Finding(.runFolder, paths.run, reason: "there is no such container") { try removeTree(paths.run) }
    }
  }

  /// Addresses and ports whose container does not run.
  func staleLeases() throws -> [Finding] {
    let leases = try networks().flatMap { network in
      let store = networkStore.leases(network.id)
      return try store.all().filter { isStale($0.value) }.map { address, id in
        Finding(.lease, "\(address) of network \(network.name)", reason: "container \(id.prefix(12)) does not run") {
          try store.release(container: id)
        }
      }
    }
    let claims = try portClaims.all().sorted { $0.key < $1.key }.compactMap { name, id -> Finding? in
      guard isStale(id) else { return nil }
      return Finding(.lease, "port \(name)", reason: "container \(id.prefix(12)) does not run") { [self] in
        try portClaims.release(container: id)
      }
    }
    return leases + claims
  }

  /// Names that lead to containers that do not run.
  func staleNameFiles() throws -> [Finding] {
    ((try? listDirectory(host.runNetworks)) ?? []).flatMap { network in
      let folder = networkStore.names(network)
      return ((try? listDirectory(folder)) ?? []).filter { Identifier.isID($0) && isStale($0) }.map { id in
        Finding(.name, "\(folder)/\(id)", reason: "container \(id.prefix(12)) does not run") {
          try Descriptor.open(folder, .anchor).unlink(id)
        }
      }
    }
  }

  /// Control groups in which nothing runs.
  func emptyCgroups() throws -> [Finding] {
    let anyone = ContainerSpec(name: "", image: "")
    let places = try runtime.cgroup(for: anyone, id: "x").launch.directories.map { splitPath($0.path).folder }
    let ids = Set(places.flatMap { ((try? listDirectory($0)) ?? []).filter(Identifier.isID) })
    let elsewhere = Self.containersWithShim(ids)
    return ids.sorted().filter { !elsewhere.contains($0) && isStale($0) }.map { id in
      Finding(.cgroup, id, reason: "the container does not run") { [self] in
        let group = try runtime.controlGroup(for: anyone, id: id)
        group.killAll()
        try group.remove()
      }
    }
  }

  /// Those of the containers that have a shim, whichever data folder they are in: a shim carries its container's id.
  private static func containersWithShim(_ ids: Set<String>) -> Set<String> {
    guard !ids.isEmpty else { return [] }
    let processes = ((try? listDirectory("/proc")) ?? []).filter { Int32($0) != nil }
    return Set(
      processes.compactMap { process in
        guard let words = try? readText("/proc/\(process)/cmdline").split(separator: "\0"), words.count > 1,
          words[0].hasSuffix("davit-shim")
        else { return nil }
        return ids.contains(String(words[1])) ? String(words[1]) : nil
      })
  }

  /// What the options of a volume mounted, when no container that runs uses it.
  func unusedMounts() throws -> [Finding] {
    let used = try Set(containers().filter(\.isRunning).flatMap { $0.record.volumes.map(\.name) })
    return try volumes().filter { !used.contains($0.name) && isMountPoint($0.mountpoint) }.map { volume in
      Finding(.mount, volume.mountpoint, reason: "no container that runs uses the volume") { [self] in
        try unmountVolume(volume.name)
      }
    }
  }
}
