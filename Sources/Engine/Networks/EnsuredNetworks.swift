import Synchronization

/// Networks whose bridge this process has seen or made, so that a command that starts fifty containers looks once.
final class EnsuredNetworks: Sendable {
  private let ids = Mutex<Set<String>>([])

  /// Runs `make` unless it has run for this network. Others that need the same network wait meanwhile.
  func once(_ id: String, _ make: () throws -> Void) throws {
    try ids.withLock { ids in
      guard !ids.contains(id) else { return }
      try make()
      ids.insert(id)
    }
  }

  func forget(_ id: String) { ids.withLock { _ = $0.remove(id) } }
}
