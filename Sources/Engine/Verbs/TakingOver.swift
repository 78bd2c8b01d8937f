import Diagnostics
import Linux
import Networking
import Spec

extension Engine {
  /// Names and published ports lead to a running container from now on, and not to `predecessor` any more, which goes on
  /// with the connections that it has. Done twice it changes nothing the second time, so that one that was cut short is
  /// finished by doing it again.
  /// - Parameter name: under which it is found at once, where it is going to be renamed; `nil`: its own.
  public func takeOver(_ id: String, from predecessor: String? = nil, as name: String? = nil) throws {
    try host.requirePrivileges()
    var record = try record(id)
    let lock = try containerStore.lock(record.id)
    defer { lock.unlock() }
    let paths = host.container(record.id)
    guard LiveState.of(paths).isAlive, var live = LiveNetwork.read(paths) else { throw notRunning(record) }
    let old = try predecessor.flatMap { try standIn($0) }
    defer { old?.lock.unlock() }

    // Written down first: whoever finds this half done sees who is to have what.
    if live.standing != .inPlace {
      live.standing = .inPlace
      live.published += live.held.filter { !live.published.contains($0) }
      live.held = []
      try live.write(paths)
    }
    var gone: [PublishedPort] = []
    if let old {
      var live = old.live
      gone = live.published + live.held
      if live.standing != .relieved {
        live.standing = .relieved
        (live.held, live.published) = (live.held + live.published, [])
        try live.write(host.container(old.record.id))
      }
    }
    failpoints("takeover.written")
    try stack.move(from: gone, to: live.published)
    if let name { record.spec.name = name }
    try writeNames(of: record)
    try command(record, .hostPorts(isOpen: true), "opening its host ports failed")
    if let old {
      for endpoint in old.live.endpoints {
        try? NameFile.remove(from: networkStore.names(endpoint.networkID), container: old.record.id)
      }
      try? command(old.record, .hostPorts(isOpen: false), "closing its host ports failed")
    }
  }

  private struct StandIn {
    var record: ContainerRecord
    var live: LiveNetwork
    var lock: FileLock
  }

  /// A predecessor that still runs, locked.
  private func standIn(_ id: String) throws -> StandIn? {
    guard let id = try? containerStore.resolve(id) else { return nil }
    let lock = try containerStore.lock(id)
    guard LiveState.of(host.container(id)).isAlive, let live = LiveNetwork.read(host.container(id)) else {
      lock.unlock()
      return nil
    }
    return StandIn(record: try record(id), live: live, lock: lock)
  }

  /// Waits until nobody is connected to the container's ports any more.
  /// - Parameter timeout: nanoseconds; the container's own grace period where absent, 10 s where it has none.
  /// - Returns: `false` where connections were left.
  @discardableResult
  public func drain(_ id: String, timeout: Int64? = nil, cancellation: Cancellation? = nil) throws -> Bool {
    let record = try record(id)
    let limit = timeout ?? record.spec.stopGracePeriod ?? 10_000_000_000
    let deadline = limit < 0 ? Int64.max : Monotonic.now + limit
    // What was on its way when names and ports were moved gets there.
    var wait = min(Self.settling, max(limit, 0))
    while true {
      if let cancellation {
        guard cancellation.sleep(nanoseconds: wait) else { return false }
      } else {
        Monotonic.sleep(nanoseconds: wait)
      }
      guard case .alive(let state) = LiveState.of(host.container(record.id)), state.pid > 0 else { return true }
      if InboundConnections.count(ofProcess: state.pid) == 0 { return true }
      guard Monotonic.now < deadline else { return false }
      wait = min(Self.glance, deadline - Monotonic.now)
    }
  }

  private static let settling: Int64 = 200_000_000
  private static let glance: Int64 = 50_000_000
}
