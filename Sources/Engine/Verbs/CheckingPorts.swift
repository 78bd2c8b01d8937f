import Diagnostics
import Spec

extension Engine {
  /// Finds out whether host ports could be published now, and keeps nothing: asked before something is taken down whose
  /// successor needs them.
  /// - Parameter owner: the service whose replicas may stand behind the same port.
  /// - Throws: `.conflict`, naming who holds the port.
  public func requireFree(_ ports: [PortSpec], for owner: Ownership) throws {
    try host.requirePrivileges()
    // An id that no container has: nothing else makes a claim in its name.
    let id = Identifier.random()
    defer { try? portClaims.release(container: id) }
    _ = try portClaims.reserve(
      ports, container: id, sharing: "\(owner.project)/\(owner.service)", isStale: isStale,
      describe: containerStore.words)
  }
}
