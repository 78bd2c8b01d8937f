import Diagnostics

extension Engine {
  /// Forgets the name by which a container knows another one (`links`). One that runs keeps it until it is started again.
  public func removeLink(_ alias: String, of id: String) throws {
    try host.requirePrivileges()
    let id = try containerStore.resolve(id)
    let lock = try containerStore.lock(id)
    defer { lock.unlock() }
    var record = try record(id)
    let kept = record.spec.links.filter { $0.split(separator: ":").last.map(String.init) != alias }
    guard kept.count < record.spec.links.count else {
      throw Failure(.notFound, "has no link \(alias)", subject: "container \(record.name)")
    }
    record.spec.links = kept
    try containerStore.write(record)
    changes.note(host.container(id).record, host.container(id).folder)
  }
}
