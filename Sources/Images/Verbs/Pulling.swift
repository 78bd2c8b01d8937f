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
        try staging.commit { $0.set(fetched.root, name: name) }
        return PullResult(
          id: fetched.id, digest: fetched.root.digest, wasUpToDate: before == fetched.root.digest && wasComplete,
          warnings: fetched.warnings)
      }
    }
  }
}
