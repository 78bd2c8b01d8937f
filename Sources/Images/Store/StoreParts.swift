import Diagnostics
import Linux
import OCI

/// The pieces of a store on the disk that an image needs, with their bytes: blobs and unpacked layers.
struct StoreParts {
  enum Part: Hashable {
    case blob(Digest)
    /// The folder's name.
    case layer(String)
  }

  private(set) var sizes: [Part: Int64] = [:]

  var size: Int64 { sizes.values.reduce(0, +) }

  mutating func formUnion(_ other: StoreParts) { sizes.merge(other.sizes) { first, _ in first } }

  /// What is not in `other`.
  func subtracting(_ other: StoreParts) -> StoreParts {
    var rest = self
    rest.sizes = sizes.filter { other.sizes[$0.key] == nil }
    return rest
  }

  /// Everything that a descriptor leads to and that is there.
  mutating func add(_ descriptor: ContentDescriptor, _ catalog: Catalog, depth: Int = 0) throws {
    guard depth < 4, addBlob(descriptor.digest, catalog.layout) else { return }
    if descriptor.mediaType.isIndex {
      for child in try catalog.documents.index(descriptor.digest).manifests {
        try add(child, catalog, depth: depth + 1)
      }
    } else if descriptor.mediaType.isManifest {
      let manifest = try catalog.documents.manifest(descriptor.digest)
      let hasConfiguration = addBlob(manifest.config.digest, catalog.layout)
      for layer in manifest.layers { addBlob(layer.digest, catalog.layout) }
      guard hasConfiguration, manifest.config.mediaType.isConfig else { return }
      let diffIDs = try catalog.documents.configuration(manifest.config.digest).rootfs.diffIDs
      for (diffID, chainID) in zip(diffIDs, LayerKey.chainIDs(diffIDs)) {
        guard let (path, record) = catalog.layout.findLayer(diffID, chainID) else { continue }
        sizes[.layer(splitPath(splitPath(path).folder).name)] = record.size
      }
    }
  }

  /// - Returns: whether it is there.
  @discardableResult
  private mutating func addBlob(_ digest: Digest, _ layout: StoreLayout) -> Bool {
    guard let status = try? FileStatus.of(layout.blob(digest)) else { return false }
    sizes[.blob(digest)] = status.size
    return true
  }
}
