import Diagnostics
import Glibc
import Launch
import Linux
import Networking
import Runtime
import Spec

extension Engine {
  /// Starts containers, several at once: their namespaces and mounts are made side by side, and all their published
  /// ports in one transaction of the firewall. Those that run already count as started.
  /// - Returns: what went wrong, by the id as it was given.
  public func start(_ ids: [String]) -> [String: Failure] { start(ids, clients: [:]) }

  /// Starts a container to which neither names nor published ports lead until it takes over (`takeOver`).
  public func startStandby(_ id: String) throws {
    if let failure = start([id], clients: [:], standing: .standby)[id] { throw failure }
  }

  /// - Parameter clients: by id, who is attached before the program begins.
  func start(
    _ ids: [String], clients: [String: Descriptor], standing: Standing = .inPlace
  ) -> [String: Failure] {
    var failures: [String: Failure] = [:]
    var ready: [(id: String, start: PreparedStart)] = []
    for ids in wavesOfAddresses(ids) {
      let prepared = WorkerPool.map(ids, limit: Self.parallelStarts) { [self] id in
        try prepareStart(id, client: clients[id], standing: standing)
      }
      for (id, result) in zip(ids, prepared) {
        do { if let start = try result.get() { ready.append((id, start)) } } catch { failures[id] = Failure(error) }
      }
    }
    let published = ready.flatMap { $0.start.live.published }
    if !published.isEmpty {
      do { try stack.publish(published) } catch {
        for (id, start) in ready {
          start.undo()
          failures[id] = error.about("container \(start.record.name)")
        }
        return failures
      }
    }
    failpoints("start.published")
    let launched = WorkerPool.map(ready.map(\.start), limit: Self.parallelStarts) { [self] in try launch($0) }
    for ((id, start), result) in zip(ready, launched) {
      guard case .failure(let error) = result else { continue }
      try? stack.unpublish(start.live.published)
      start.undo()
      failures[id] = noteFailedStart(start.record, Failure(error))
    }
    return failures
  }

  /// Says that such a container is going to be made and started: what every one needs is made meanwhile.
  public func expectStart(of spec: ContainerSpec) {
    guard (try? host.requirePrivileges()) != nil else { return }
    runtime.prepareShim()
    guard spec.userns != .private else { return }
    switch spec.networkMode {
    case .none, .networks: stack.expectNamespace()
    case .host, .container: break
    }
  }

  public func start(_ id: String) throws {
    if let failure = start([id])[id] { throw failure }
  }

  /// Those that ask for an address of their own go first, or others might be given it.
  private func wavesOfAddresses(_ ids: [String]) -> [[String]] {
    guard ids.count > 1 else { return [ids] }
    var fixed: [String] = []
    var any: [String] = []
    for id in ids {
      let attachments = (try? containerStore.read(id))?.attachments ?? []
      let asks = attachments.contains { $0.ipv4Address != nil || $0.ipv6Address != nil }
      if asks { fixed.append(id) } else { any.append(id) }
    }
    return [fixed, any].filter { !$0.isEmpty }
  }

  /// Beyond two for each processor, more threads only wait for the kernel's locks on namespaces and mounts.
  private static let parallelStarts = max(4, 2 * sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  private func launch(_ start: PreparedStart) throws {
    defer { start.lock.unlock() }
    let paths = host.container(start.record.id)
    noteConnections(start.record, start.live)
    _ = try runtime.launch(start.launch, by: start.shim)
    // How an earlier run ended must not be taken for how this one did, after a reboot.
    try? Descriptor.open(paths.folder, .anchor).unlink(Files.exitRecord)
  }
}

/// A container that has everything but its process.
final class PreparedStart: Sendable {
  let record: ContainerRecord
  let lock: FileLock
  let live: LiveNetwork
  let launch: PreparedLaunch
  /// Who is going to look after it.
  let shim: WaitingShim
  /// Keeps the host's ports taken until the shim has them.
  let reservations: [PortReservation]
  private let undoing: @Sendable () -> Void

  init(
    record: ContainerRecord, lock: FileLock, live: LiveNetwork, launch: PreparedLaunch, shim: WaitingShim,
    reservations: [PortReservation], undoing: @escaping @Sendable () -> Void
  ) {
    self.record = record
    self.lock = lock
    self.live = live
    self.launch = launch
    self.shim = shim
    self.reservations = reservations
    self.undoing = undoing
  }

  /// Gives back addresses, ports and names, where the shim will not.
  func undo() {
    shim.dismiss()
    undoing()
  }
}
