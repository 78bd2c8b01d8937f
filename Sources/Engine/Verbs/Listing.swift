import Diagnostics
import Linux

extension Engine {
  /// Containers in the order in which they were made.
  /// - Parameter project: only those that belong to it.
  /// - Parameter all: those that do not run, too.
  public func containers(project: String? = nil, all: Bool = true) throws -> [ContainerView] {
    let listing = try containerStore.list(project: project)
    for (_, failure) in listing.damaged { warn("\(failure.description) (`davit doctor --repair` sets it aside)") }
    let views = listing.records.map(view)
    return all ? views : views.filter(\.isRunning)
  }

  /// By name, id or unambiguous beginning of an id.
  public func container(_ nameOrID: String) throws -> ContainerView {
    try view(of: record(nameOrID))
  }

  public func ports(_ id: String) throws -> [BoundPort] { try container(id).ports }

  func record(_ nameOrID: String) throws(Failure) -> ContainerRecord {
    let id = try containerStore.resolve(nameOrID)
    guard let record = try containerStore.read(id) else {
      throw Failure(.notFound, "no such container", subject: "container \(nameOrID)")
    }
    return record
  }

  func view(of record: ContainerRecord) -> ContainerView {
    let paths = host.container(record.id)
    let state = LiveState.of(paths)
    return ContainerView(record: record, state: state, network: state.isAlive ? LiveNetwork.read(paths) : nil)
  }

  /// Whether what a container left behind (leases, claims, names) may be taken by others: it is gone, or does not run.
  func isStale(_ id: String) -> Bool {
    let paths = host.container(id)
    if LiveState.of(paths).isAlive { return false }
    // One that is being started holds its container's lock, and so does one that is being removed.
    guard let folder = try? Descriptor.open(paths.folder, [.readOnly, .directory]) else { return true }
    return (try? FileLock(trying: folder)) ?? nil != nil
  }
}
