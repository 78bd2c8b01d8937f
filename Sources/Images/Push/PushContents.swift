import Diagnostics
import Linux
import OCI

/// Everything that a name stands for, as a registry wants it. Nothing of it is collected while this is held.
public final class PushContents: Sendable {
  public struct Document: Sendable {
    public var descriptor: ContentDescriptor
    public var bytes: [UInt8]
  }

  /// What the name is to lead to.
  public let root: ContentDescriptor
  /// Manifests, and the indexes that list them after those.
  public let documents: [Document]
  /// Configurations and layers, each once.
  public let blobs: [ContentDescriptor]
  /// The image is for several platforms, and the store has this one only.
  public let onlyPlatform: Platform?

  private let layout: StoreLayout
  private let hold: StoreHold
  /// Where layers are that were compressed for this push; they go with it.
  private let staging: Staging?
  private let sources: [Digest: [String]]

  init(
    root: ContentDescriptor, documents: [Document], blobs: [ContentDescriptor], onlyPlatform: Platform?,
    sources: [Digest: [String]], layout: StoreLayout, hold: StoreHold, staging: Staging?
  ) {
    self.root = root
    self.documents = documents
    self.blobs = blobs
    self.onlyPlatform = onlyPlatform
    self.sources = sources
    self.layout = layout
    self.hold = hold
    self.staging = staging
  }

  /// The bytes of a blob.
  public func open(_ digest: Digest) throws -> Descriptor {
    try staging?.open(digest) ?? Descriptor.open(layout.blob(digest))
  }

  /// Other repositories of the same registry that have the blob, as far as names in the store tell.
  public func repositories(with blob: Digest) -> [String] { sources[blob] ?? [] }
}

extension ImageStore {
  /// - Parameters:
  ///   - platform: of an image for several, only this one. Without it all that there are: where some are not in the store,
  ///     the one that suits this machine.
  ///   - compression: how layers are to be sent; `nil`: as they are, so that the digest stays.
  public func pushContents(_ reference: Reference, platform: Platform? = nil, compression: PushCompression? = nil)
    throws
    -> PushContents
  {
    try asFailure {
      let hold = try hold()
      let index = try catalog.index()
      guard let entry = index.entries.first(where: { $0.name == reference.tagged }) else {
        throw Failure(
          .notFound, "an image does not exist locally with the tag: \(reference.familiarName)",
          hint: "`davit image ls` lists those that are here; `davit image tag` gives one that name")
      }
      var root = entry.descriptor
      var only: Platform?
      if root.mediaType.isIndex, try platform != nil || !isComplete(root) {
        let image = try catalog.resolve(reference.tagged.description, platform ?? .host)
        root = image.manifest
        if platform == nil { only = image.configuration.platform }
      } else if let platform {
        // Throws where the image is for another one.
        _ = try catalog.resolve(reference.tagged.description, platform)
      }
      root.annotations = nil
      var gathering = Gathering(catalog: catalog, layout: layout)
      try gathering.take(root)
      var (documents, blobs) = (gathering.documents, gathering.blobs)
      var staging: Staging?
      if let compression {
        let place = try Staging(layout)
        var recompression = Recompression(compression, place)
        (root, documents, blobs) = try recompression.run(root, documents, blobs)
        staging = place
      }
      return PushContents(
        root: root, documents: documents, blobs: blobs, onlyPlatform: only,
        sources: try sources(in: index, besides: reference), layout: layout, hold: hold, staging: staging)
    }
  }

  private func isComplete(_ descriptor: ContentDescriptor) throws -> Bool {
    guard catalog.documents.has(descriptor.digest) else { return false }
    guard descriptor.mediaType.isIndex else { return true }
    return try catalog.documents.index(descriptor.digest).manifests.allSatisfy { try isComplete($0) }
  }

  private func sources(in index: StoreIndex, besides reference: Reference) throws -> [Digest: [String]] {
    var sources: [Digest: [String]] = [:]
    for entry in index.entries {
      guard let name = entry.name, name.domain == reference.domain, name.path != reference.path else { continue }
      for found in try catalog.manifests(of: entry.descriptor) {
        for layer in found.manifest.layers where sources[layer.digest]?.contains(name.path) != true {
          sources[layer.digest, default: []].append(name.path)
        }
      }
    }
    return sources
  }
}

/// Walks from an index or a manifest to all that it leads to.
struct Gathering {
  let catalog: Catalog
  let layout: StoreLayout
  var documents: [PushContents.Document] = []
  var blobs: [ContentDescriptor] = []
  private var seen: Set<Digest> = []

  init(catalog: Catalog, layout: StoreLayout) { (self.catalog, self.layout) = (catalog, layout) }

  mutating func take(_ descriptor: ContentDescriptor) throws {
    guard seen.insert(descriptor.digest).inserted else { return }
    let what = "manifest \(descriptor.digest)"
    let bytes = try readFile(layout.blob(descriptor.digest), limit: JSON.manifestLimit)
    try Documents.check(bytes, descriptor.digest, what)
    if descriptor.mediaType.isIndex {
      for child in try JSON.decode(Index.self, from: bytes, what: what).manifests { try take(child) }
    } else {
      let manifest = try JSON.decode(Manifest.self, from: bytes, what: what)
      for blob in [manifest.config] + manifest.layers where seen.insert(blob.digest).inserted { blobs.append(blob) }
    }
    documents.append(.init(descriptor: descriptor, bytes: bytes))
  }
}
