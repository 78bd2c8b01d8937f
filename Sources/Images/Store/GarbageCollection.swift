import Diagnostics
import Linux
import OCI

/// Finding and removing what no image needs.
enum GarbageCollection {
  struct Reachable {
    var blobs: Set<Digest> = []
    var layers: Set<String> = []
  }

  struct Removed {
    var layers: [Digest] = []
    /// Bytes of blobs and files.
    var bytes: Int64 = 0
  }

  static func reachable(_ layout: StoreLayout) throws -> Reachable {
    let documents = Documents(layout)
    var result = Reachable()
    func visit(_ descriptor: ContentDescriptor) throws {
      guard result.blobs.insert(descriptor.digest).inserted, documents.has(descriptor.digest) else { return }
      if descriptor.mediaType.isIndex {
        for child in try documents.index(descriptor.digest).manifests { try visit(child) }
      } else if descriptor.mediaType.isManifest {
        let manifest = try documents.manifest(descriptor.digest)
        result.blobs.insert(manifest.config.digest)
        result.blobs.formUnion(manifest.layers.map(\.digest))
        // An artifact's configuration is no image's.
        guard manifest.config.mediaType.isConfig, documents.has(manifest.config.digest) else { return }
        let diffIDs = try documents.configuration(manifest.config.digest).rootfs.diffIDs
        result.layers.formUnion(diffIDs.map { LayerKey.alone($0).folder })
        result.layers.formUnion(LayerKey.chainIDs(diffIDs).map { LayerKey.chain($0).folder })
      }
    }
    for entry in try StoreIndex.read(layout).entries { try visit(entry.descriptor) }
    return result
  }

  /// Removes every blob and layer that no index entry leads to. The caller holds the collection lock exclusively.
  static func collect(_ layout: StoreLayout) throws -> Removed {
    let reachable = try reachable(layout)
    var removed = Removed()
    Staging.sweep(layout)
    for algorithm in Digest.Algorithm.allCases {
      guard let folder = try? Descriptor.open(layout.blobFolder(algorithm), .anchor) else { continue }
      for entry in try folder.entries() {
        guard let digest = try? Digest(algorithm, hex: entry.name), !reachable.blobs.contains(digest) else { continue }
        removed.bytes += (try? folder.status(of: entry.name).size) ?? 0
        try folder.unlink(entry.name)
      }
    }
    guard let folder = try? Descriptor.open(layout.layers, .anchor) else { return removed }
    for entry in try folder.entries() where !reachable.layers.contains(entry.name) {
      let record = LayerRecord.read(layout.layers + "/" + entry.name)
      try removeLayer(entry.name, layout)
      removed.bytes += record?.size ?? 0
      if let record { removed.layers.append(record.diffID) }
    }
    return removed
  }

  /// Takes back what a failed command had published already, unless somebody else relies on the store right now: then
  /// the next collection does it.
  static func removeUnreachable(_ layout: StoreLayout, of blobs: Set<Digest>, _ layers: Set<LayerKey>) {
    guard let lock = try? FileLock(trying: layout.collectionLock), let reachable = try? reachable(layout) else {
      return
    }
    defer { lock.unlock() }
    for digest in blobs.subtracting(reachable.blobs) {
      guard let folder = try? Descriptor.open(layout.blobFolder(digest.algorithm), .anchor) else { continue }
      try? folder.unlink(digest.hex)
    }
    for key in layers where !reachable.layers.contains(key.folder) { try? removeLayer(key.folder, layout) }
  }

  /// Moves the layer out of sight first: one that is half removed must never be taken for a whole one.
  static func removeLayer(_ name: String, _ layout: StoreLayout) throws {
    let hidden = layout.staging + "/removed-" + name
    try removeTree(hidden)
    try Descriptor.open(layout.layers, .anchor).rename(name, toPath: hidden)
    try removeTree(hidden)
  }
}
