import Diagnostics
import Linux
import OCI

extension ImageStore {
  /// Removes a name, or an image by id with all its names, as `docker rmi` does. `uses` is asked while nothing can begin
  /// to use the image. Throws `conflict` in Docker's words when a container stands on it or other names lead to it.
  ///
  /// With `force` an image that containers use loses its name, or, by id and if none of them runs, all of its names; its
  /// layers stay as long as they are used.
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
        let entries = try Self.ordered(ids).flatMap { try catalog.entries(leadingTo: $0, in: index) }
        let names = Self.ordered(entries.compactMap(\.name))
        let gone: [StoreIndex.Entry]
        if calledByName(name, meant.entry) {
          if names.count == 1, !force, let user = users.first {
            throw Failure(
              .conflict,
              "conflict: unable to remove repository reference \"\(name)\" (must force) - "
                + "container \(user.container.prefix(12)) is using its referenced image \(Self.shown(ids, meant))",
              hint: "remove the container \(user.containerName) first, or use --force")
          }
          gone = [meant.entry]
          if names.count > 1 {
            removals += Self.untag(gone, in: &index)
            return
          }
        } else {
          try refuse(Self.shown(ids, meant), names: names.count, users, force: force)
          gone = entries.filter { $0.name != nil }
        }
        removals += Self.untag(gone, in: &index)
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

  /// Removes images that nothing names (`all`: that no container uses), former forms of others, and whatever no image needs.
  public func prune(all: Bool = false, _ filter: ImageFilter = ImageFilter(), uses: () throws -> [ImageUse]) throws
    -> PruneResult
  {
    try asFailure {
      let lock = try collectionLock()
      defer { lock.unlock() }
      let used = Set(try uses().map(\.imageID))
      let named = all || filter.dangling == false
      var filter = filter
      filter.dangling = nil
      let wanted = Set(try summaries(filter, withFormerForms: true).map(\.manifestDigest))
      var removals: [Removal] = []
      try StoreIndex.change(layout) { index in
        for entry in index.entries where (named || entry.name == nil) && wanted.contains(entry.descriptor.digest) {
          guard entry.buildStep == nil else { continue }
          let ids = Self.ordered(try catalog.manifests(of: entry.descriptor).map(\.manifest.config.digest))
          /// In another form.
          func isThere(_ id: Digest) throws -> Bool {
            try catalog.entries(leadingTo: id, in: index).contains { $0.descriptor.digest != entry.descriptor.digest }
          }
          guard try ids.allSatisfy({ try !used.contains($0.description) || entry.name == nil && isThere($0) }) else {
            continue
          }
          if entry.name != nil { removals += Self.untag([entry], in: &index) }
          index.entries.removeAll { $0.descriptor.digest == entry.descriptor.digest && $0.name == nil }
          guard !index.entries.contains(where: { $0.descriptor.digest == entry.descriptor.digest }) else { continue }
          removals += try ids.filter { try !isThere($0) }.map { .deleted($0) }
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

  /// Takes names away. With the last tag of a repository goes the digest by which the image came from there, as with
  /// Docker.
  private static func untag(_ entries: [StoreIndex.Entry], in index: inout StoreIndex) -> [Removal] {
    var removals: [Removal] = []
    for entry in entries {
      guard let name = entry.name else { continue }
      index.removeName(name)
      removals.append(.untagged(name))
      let digest = entry.descriptor.digest
      let isLast = !index.entries.contains { $0.name?.name == name.name && $0.descriptor.digest == digest }
      if isLast, name.digest == nil, entry.descriptor.annotations?[StoreIndex.pulled] != nil {
        removals.append(.untagged(Reference(domain: name.domain, path: name.path, digest: digest)))
      }
    }
    return removals
  }

  /// Whether the person used the entry's name and not an id.
  private func calledByName(_ text: String, _ entry: StoreIndex.Entry) -> Bool {
    guard let name = entry.name, let reference = try? Reference(text).tagged, reference.name == name.name else {
      return false
    }
    return reference.digest != nil || reference.tag == name.tag
  }

  private static func shown(_ ids: [Digest], _ meant: Catalog.Meant) -> String {
    (ids.first ?? meant.entry.descriptor.digest).short
  }

  /// What keeps an image that was called by its id.
  private func refuse(_ image: String, names: Int, _ users: [ImageUse], force: Bool) throws {
    func conflict(_ how: String, _ reason: String, _ hint: String) -> Failure {
      Failure(.conflict, "conflict: unable to delete \(image) (\(how)) - \(reason)", hint: hint)
    }
    if let user = users.first(where: \.running) {
      throw conflict(
        "cannot be forced", "image is being used by running container \(user.container.prefix(12))",
        "stop and remove the container \(user.containerName) first")
    }
    if force { return }
    if names > 1 {
      throw conflict(
        "must be forced", "image is referenced in multiple repositories", "remove the names, or use --force")
    }
    if let user = users.first {
      throw conflict(
        "must be forced", "image is being used by stopped container \(user.container.prefix(12))",
        "remove the container \(user.containerName) first, or use --force")
    }
  }

  /// Each once, in the order of their first.
  private static func ordered<Element: Hashable>(_ elements: [Element]) -> [Element] {
    elements.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
