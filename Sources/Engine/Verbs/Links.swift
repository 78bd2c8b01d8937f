import Diagnostics

extension Engine {
  /// Takes away a link that a container has: `web/db` is the link of `web` to the container that it knows as `db`. The
  /// addresses that it has already stay until it is started again.
  public func removeLink(_ path: String) throws {
    try host.requirePrivileges()
    let parts = path.split(separator: "/").map(String.init)
    guard parts.count == 2 else {
      throw Failure(.invalidInput, "\"\(path)\" names no link", hint: "write CONTAINER/ALIAS")
    }
    let id = try containerStore.resolve(parts[0])
    let lock = try containerStore.lock(id)
    defer { lock.unlock() }
    var record = try record(id)
    guard let index = record.spec.links.firstIndex(where: { $0.hasSuffix(":\(parts[1])") }) else {
      throw Failure(.notFound, "has no link \(parts[1])", subject: "container \(record.name)")
    }
    record.spec.links.remove(at: index)
    try containerStore.write(record)
    changes.note(host.container(id).record, host.container(id).folder)
  }
}
