import Diagnostics
import Linux
import OCI

/// What is kept of one step of a build, as lists of the cache show it.
public struct Snapshot: Hashable, Sendable {
  public var key: Digest
  public var image: Image
  /// Bytes on disk of the layer that the step made: blob and files.
  public var size: Int64
  /// Whether these bytes become free with it: nothing else needs the layer.
  public var isShared: Bool
}

extension ImageStore {
  public func snapshots() throws -> [Snapshot] {
    try asFailure {
      let index = try catalog.index()
      var wanted: Set<Digest> = []
      for entry in index.entries where entry.buildStep == nil {
        for found in try catalog.manifests(of: entry.descriptor) {
          wanted.formUnion(found.manifest.layers.map(\.digest))
        }
      }
      return try index.entries.compactMap { entry in
        guard let text = entry.buildStep, let key = try? Digest(text),
          let found = try? catalog.manifests(of: entry.descriptor).first
        else { return nil }
        let image = try catalog.image(found, in: index)
        let files = image.configuration.rootfs.diffIDs.last.map { diffID in
          let chain = LayerKey.chainIDs(image.configuration.rootfs.diffIDs).last!
          return layout.findLayer(diffID, chain)?.record.size ?? 0
        }
        return Snapshot(
          key: key, image: image, size: (image.layers.last?.size ?? 0) + (files ?? 0),
          isShared: image.layers.last.map { wanted.contains($0.digest) } ?? true)
      }
    }
  }

  /// Forgets steps, and removes what nothing needs any more.
  /// - Parameter waits: for those who rely on the store right now.
  /// - Returns: the bytes on disk that became free; `nil`: somebody relies on the store, and nothing was done.
  public func removeSnapshots(_ keys: Set<Digest>, waits: Bool = true) throws -> Int64? {
    try asFailure {
      try layout.make()
      guard let lock = try waits ? FileLock(layout.collectionLock) : FileLock(trying: layout.collectionLock) else {
        return nil
      }
      defer { lock.unlock() }
      try forgetSnapshots(keys)
      return try GarbageCollection.collect(layout).bytes
    }
  }

  /// Forgets steps. What nothing needs any more goes with the next collection.
  public func forgetSnapshots(_ keys: Set<Digest>) throws {
    try asFailure {
      let texts = Set(keys.map(\.description))
      try StoreIndex.change(layout) { index in
        index.entries.removeAll { $0.buildStep.map(texts.contains) == true }
      }
    }
  }

  /// Forgets an image that a build made to write it elsewhere, unless it was here before.
  public func forgetUnnamed(_ root: ContentDescriptor) throws {
    try asFailure {
      try StoreIndex.change(layout) { index in
        index.entries.removeAll {
          $0.name == nil && $0.buildStep == nil && $0.descriptor.digest == root.digest
        }
      }
    }
  }
}
