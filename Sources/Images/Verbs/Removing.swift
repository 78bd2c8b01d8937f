import Diagnostics
import Linux
import OCI

extension ImageStore {
  /// Removes a name, or an image by id with all its names, as `docker rmi` does. `uses` is asked while nothing can begin
  /// to use the image. Throws `conflict` when a container stands on it.
  ///
  /// With `force` an image that stopped containers use loses its names; its layers stay as long as they are used.
  public func remove(_ name: String, force: Bool = false, uses: () throws -> [ImageUse]) throws -> [Removal] {
    try asFailure {
      let lock = try collectionLock()
      defer { lock.unlock() }
      var removals: [Removal] = []
      let uses = try uses()
      try StoreIndex.change(layout) { index in
        let meant = try catalog.find(name, in: index)
        let ids = try catalog.manifests(of: meant.entry.descriptor).map(\.manifest.config.digest)
        let users = uses.filter { use in ids.contains { $0.description == use.imageID } }
        let shown = ids.first?.short ?? meant.entry.descriptor.digest.short
        let entries = try Self.ordered(ids).flatMap { try catalog.entries(leadingTo: $0, in: index) }
        let names = Self.ordered(entries.compactMap(\.name))
        if let called = calledByName(name, meant.entry) {
          if names.count == 1 { try refuse(users, called.familiar, force: force) }
          index.removeName(called)
          removals.append(.untagged(called))
          if names.count > 1 { return }
        } else {
          guard names.count <= 1 || force else {
            throw Failure(
              .conflict, "it has several names: \(names.map(\.familiar).joined(separator: ", "))",
              subject: "image \(shown)", hint: "remove the names, or use --force")
          }
          try refuse(users, shown, force: force)
          for name in names {
            index.removeName(name)
            removals.append(.untagged(name))
          }
        }
        if users.isEmpty {
          for entry in entries { index.remove(entry.descriptor.digest) }
          removals += Self.ordered(ids).map { .deleted($0) }
        }
      }
      if removals.contains(where: { if case .deleted = $0 { true } else { false } }) {
        removals += try GarbageCollection.collect(layout).layers.map { .deleted($0) }
      }
      return removals
    }
  }

  /// Removes images that nothing names (`all`: that no container uses), and whatever no image needs.
  public func prune(
    all: Bool = false, uses: () throws -> [ImageUse], where condition: (ImageSummary) -> Bool = { _ in true }
  ) throws -> PruneResult {
    try asFailure {
      let lock = try collectionLock()
      defer { lock.unlock() }
      let used = Set(try uses().map(\.imageID))
      let wanted = Set(try list().filter(condition).map(\.manifestDigest))
      var removals: [Removal] = []
      try StoreIndex.change(layout) { index in
        for entry in index.entries where (all || entry.name == nil) && wanted.contains(entry.descriptor.digest) {
          let ids = try catalog.manifests(of: entry.descriptor).map(\.manifest.config.digest)
          guard !ids.contains(where: { used.contains($0.description) }) else { continue }
          if let name = entry.name { removals.append(.untagged(name)) }
          index.entries.removeAll { $0 == entry }
          guard !index.entries.contains(where: { $0.descriptor.digest == entry.descriptor.digest }) else { continue }
          removals += Self.ordered(ids).map { .deleted($0) }
        }
      }
      let removed = try GarbageCollection.collect(layout)
      return PruneResult(removals: removals + removed.layers.map { .deleted($0) }, reclaimed: removed.bytes)
    }
  }

  /// Nobody relies on the store while this is held.
  private func collectionLock() throws -> FileLock {
    try layout.make()
    return try FileLock(layout.collectionLock)
  }

  /// The entry's name, if the person used it and not an id.
  private func calledByName(_ text: String, _ entry: StoreIndex.Entry) -> Reference? {
    guard let name = entry.name, let reference = try? Reference(text).tagged, reference.name == name.name else {
      return nil
    }
    return reference.digest == nil && reference.tag != name.tag ? nil : name
  }

  private func refuse(_ users: [ImageUse], _ image: String, force: Bool) throws {
    if let user = users.first(where: \.running) {
      throw Failure(
        .conflict, "running container \(user.containerName) (\(user.container.prefix(12))) uses it",
        subject: "image \(image)", hint: "stop and remove the container first")
    }
    if let user = users.first, !force {
      throw Failure(
        .conflict, "container \(user.containerName) (\(user.container.prefix(12))) uses it",
        subject: "image \(image)", hint: "remove the container first, or use --force")
    }
  }

  /// Each once, in the order of their first.
  private static func ordered<Element: Hashable>(_ elements: [Element]) -> [Element] {
    elements.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
