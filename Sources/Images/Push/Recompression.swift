import Diagnostics
import Linux
import OCI

/// Compresses the layers of what is to be pushed in another way, and writes the manifests that say so. The images stay
/// the same: their configurations name layers by what they unpack to.
struct Recompression {
  let compression: PushCompression
  let staging: Staging
  private var moved: [Digest: ContentDescriptor] = [:]

  init(_ compression: PushCompression, _ staging: Staging) {
    self.compression = compression
    self.staging = staging
  }

  /// - Returns: the documents and blobs in place of the given ones, and what the root has become.
  mutating func run(_ root: ContentDescriptor, _ documents: [PushContents.Document], _ blobs: [ContentDescriptor])
    throws
    -> (root: ContentDescriptor, documents: [PushContents.Document], blobs: [ContentDescriptor])
  {
    let layers = blobs.filter(\.mediaType.isLayer)
    let results = WorkerPool.map(layers, limit: LayerIngest.threads) { [self] layer in try compress(layer) }
    for (layer, result) in zip(layers, results) {
      if let compressed = try result.get() { moved[layer.digest] = compressed }
    }
    let blobs = blobs.map { moved[$0.digest] ?? $0 }
    var written: [PushContents.Document] = []
    // What a document lists comes before it.
    for document in documents {
      let new = try document.descriptor.mediaType.isIndex ? index(document) : manifest(document)
      moved[document.descriptor.digest] = new.descriptor
      written.append(new)
    }
    return (moved[root.digest] ?? root, written, blobs)
  }

  /// `nil`: it may stay as it is.
  private func compress(_ layer: ContentDescriptor) throws -> ContentDescriptor? {
    let file = try Descriptor.open(staging.layout.blob(layer.digest))
    let raw = HashingSource(FileSource(stream: file), layer.digest.algorithm)
    let (plain, there) = try Compression.open(raw)
    if there == compression.format.compression, !compression.isForced { return nil }
    let staged = try staging.makeFile()
    let packed = HashingSource(TeeSource(try compression.encoder(plain), to: staged.file))
    let digest = try packed.finish()
    guard try raw.finish() == layer.digest else {
      throw Failure(.corrupt, "its content is another", subject: "layer \(layer.digest)")
    }
    staging.keep(staged, as: digest, size: packed.count)
    var new = layer
    (new.mediaType, new.digest, new.size) = (compression.mediaType(docker: false), digest, packed.count)
    // Tables of contents of zstd:chunked are about the bytes that were.
    new.annotations = layer.annotations?.filter { !$0.key.hasPrefix("io.github.containers.zstd-chunked.") }
    if new.annotations?.isEmpty == true { new.annotations = nil }
    return new
  }

  private func manifest(_ document: PushContents.Document) throws -> PushContents.Document {
    var manifest = try JSON.decode(Manifest.self, from: document.bytes, what: "manifest \(document.descriptor.digest)")
    guard manifest.layers.contains(where: { moved[$0.digest] != nil }) else { return document }
    var type = document.descriptor.mediaType
    // Docker's form knows no zstd.
    if type == .dockerManifest, compression.format == .zstd {
      type = .manifest
      if manifest.config.mediaType == .dockerConfig { manifest.config.mediaType = .config }
    }
    manifest.mediaType = type
    manifest.layers = manifest.layers.map { layer in
      guard var new = moved[layer.digest] else {
        guard type == .manifest else { return layer }
        var same = layer
        same.mediaType =
          [
            MediaType.dockerLayer: .layer, .dockerLayerGzip: .layerGzip, .dockerLayerZstd: .layerZstd,
          ][layer.mediaType] ?? layer.mediaType
        return same
      }
      new.mediaType = compression.mediaType(docker: type == .dockerManifest)
      return new
    }
    return described(document, type, JSON.encode(manifest))
  }

  private func index(_ document: PushContents.Document) throws -> PushContents.Document {
    var index = try JSON.decode(Index.self, from: document.bytes, what: "index \(document.descriptor.digest)")
    index.manifests = index.manifests.map { child in
      var child = child
      if let new = moved[child.digest] {
        (child.mediaType, child.digest, child.size) = (new.mediaType, new.digest, new.size)
      }
      // An attestation says which image it is about.
      if let about = child.annotations?[Annotation.referenceDigest], let digest = try? Digest(about),
        let new = moved[digest]
      {
        child.annotations?[Annotation.referenceDigest] = new.digest.description
      }
      return child
    }
    var type = document.descriptor.mediaType
    if type == .dockerManifestList, index.manifests.contains(where: { $0.mediaType == .manifest }) { type = .index }
    index.mediaType = type
    return described(document, type, JSON.encode(index))
  }

  private func described(_ document: PushContents.Document, _ type: MediaType, _ bytes: [UInt8])
    -> PushContents.Document
  {
    var descriptor = document.descriptor
    (descriptor.mediaType, descriptor.digest, descriptor.size) = (type, .sha256(of: bytes), Int64(bytes.count))
    return PushContents.Document(descriptor: descriptor, bytes: bytes)
  }
}
