import Diagnostics
import Linux
import OCI

extension ImageStore {
  /// Fetches an image: what the store has already is not asked for, layers are unpacked while they arrive, several at
  /// once, and nothing is visible before all of it was verified.
  public func pull(_ request: PullRequest) throws -> PullResult {
    try asFailure {
      let staging = try Staging(layout)
      defer { staging.discard() }
      // Its locks are held until everything is visible.
      let pull = Pull(request, staging)
      return try withExtendedLifetime(pull) {
        let fetched = try pull.run()
        // With a digest the tag says nothing, and none is given.
        var name = request.reference.tagged
        if name.digest != nil { name.tag = nil }
        let before = try catalog.index().entries.first { $0.name == name }?.descriptor.digest
        let wasComplete = staging.isEmpty
        try staging.commit { index in
          index.set(fetched.root, name: name)
          index.markPulled(name)
        }
        return PullResult(
          id: fetched.id, digest: fetched.root.digest, wasUpToDate: before == fetched.root.digest && wasComplete,
          warnings: fetched.warnings)
      }
    }
  }

  /// When a registry was asked for the name last; `nil`: never.
  public func lastPulled(_ name: String) throws -> Timestamp? {
    try asFailure {
      guard let reference = try? Reference(name).tagged else { return nil }
      let entry = try catalog.index().entries.first { $0.name == reference }
      return entry?.descriptor.annotations?[StoreIndex.pulled].flatMap { Timestamp($0) }
    }
  }
}
