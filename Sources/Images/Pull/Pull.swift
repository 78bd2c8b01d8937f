import Diagnostics
import Linux
import OCI
import Synchronization

/// One pull: finds the image behind a reference, fetches what the store does not have, and stages it.
final class Pull {
  let request: PullRequest
  let staging: Staging
  private var locks: DownloadLocks?

  /// More than processors: most of the time a layer waits for the network.
  private static let parallelLayers = 4

  struct Fetched {
    var root: ContentDescriptor
    var id: Digest
    var warnings: [Warning]
  }

  init(_ request: PullRequest, _ staging: Staging) {
    self.request = request
    self.staging = staging
  }

  func run() throws -> Fetched {
    let reference = request.reference
    let asked = reference.digest?.description ?? reference.tag ?? Reference.defaultTag
    let (root, bytes) = try manifest(asked, expected: nil)
    guard root.mediaType.isIndex else {
      try request.remote.admit([root.digest])
      let (id, platform, warnings) = try take(root, bytes)
      var described = root
      described.platform = platform
      return Fetched(root: described, id: id, warnings: warnings)
    }
    let (child, childBytes) = try select(root, bytes)
    try request.remote.admit([root.digest, child.digest])
    let (id, _, warnings) = try take(child, childBytes)
    return Fetched(root: root, id: id, warnings: warnings)
  }

  /// A manifest or an index, checked against the digest that led to it; from the store where that has it.
  private func manifest(_ reference: String, expected: ContentDescriptor?) throws -> (ContentDescriptor, [UInt8]) {
    let wanted = try expected?.digest ?? (reference.contains(":") ? Digest(reference) : nil)
    if let expected, staging.has(expected.digest) {
      let bytes = try staging.open(expected.digest).readAll(limit: JSON.manifestLimit)
      try Documents.check(bytes, expected.digest, "manifest \(expected.digest)")
      return (expected, bytes)
    }
    let document = try request.remote.manifest(reference)
    let digest = wanted ?? document.digest ?? Digest.sha256(of: document.bytes)
    try Documents.check(document.bytes, digest, "manifest of \(request.reference.familiar)")
    if let expected, expected.size != document.bytes.count {
      throw Failure(
        .corrupt, "it has \(document.bytes.count) bytes, but the index says \(expected.size)",
        subject: "manifest \(digest)")
    }
    let type = try kind(document)
    try staging.put(document.bytes, as: digest)
    return (
      ContentDescriptor(
        mediaType: type, digest: digest, size: Int64(document.bytes.count), platform: expected?.platform),
      document.bytes
    )
  }

  /// What the document says of itself counts where it says anything (image-spec, manifest.md, `mediaType`).
  private func kind(_ document: RemoteDocument) throws -> MediaType {
    struct Head: Decodable {
      var schemaVersion: Int?
      var mediaType: MediaType?
      var manifests: [ContentDescriptor]?
    }
    let head = try JSON.decode(Head.self, from: document.bytes, what: "manifest of \(request.reference.familiar)")
    guard head.schemaVersion == 2 else {
      throw Failure(
        .unsupported, "manifests of schema version \(head.schemaVersion ?? 0) have no digests that could be trusted",
        subject: "image \(request.reference.familiar)", hint: "push the image again with a current tool")
    }
    let type = head.mediaType ?? document.mediaType
    if type.isIndex || type.isManifest { return type }
    guard head.mediaType == nil else {
      throw Failure(.unsupported, "\(type) is no image", subject: "image \(request.reference.familiar)")
    }
    return head.manifests == nil ? .manifest : .index
  }

  /// The image of an index that suits best.
  private func select(_ root: ContentDescriptor, _ bytes: [UInt8], depth: Int = 0) throws
    -> (ContentDescriptor, [UInt8])
  {
    guard depth < 4 else { throw Failure(.corrupt, "indexes within indexes", subject: "index \(root.digest)") }
    let index = try JSON.decode(Index.self, from: bytes, what: "index \(root.digest)")
    let target = request.platform ?? .host
    let children = index.manifests.filter {
      $0.annotations?[Annotation.referenceType] == nil && ($0.mediaType.isManifest || $0.mediaType.isIndex)
    }
    let best = children.compactMap { child in
      child.platform.flatMap { target.preference(of: $0) }.map { (child: child, rank: $0) }
    }.min { $0.rank < $1.rank }?.child
    // An index of one image need not say what that is for.
    let chosen = best ?? (children.count == 1 && children[0].platform == nil ? children[0] : nil)
    guard let chosen else {
      let there = children.compactMap { $0.platform?.description }.joined(separator: ", ")
      throw Failure(
        .notFound, "no matching manifest for \(target) in the manifest list entries",
        subject: "image \(request.reference.familiar)",
        hint: there.isEmpty ? nil : "there are \(there); `--platform` chooses")
    }
    let (descriptor, content) = try manifest(chosen.digest.description, expected: chosen)
    return descriptor.mediaType.isIndex ? try select(descriptor, content, depth: depth + 1) : (descriptor, content)
  }

  /// Configuration and layers of one image.
  private func take(_ descriptor: ContentDescriptor, _ bytes: [UInt8]) throws -> (Digest, Platform, [Warning]) {
    let what = "manifest \(descriptor.digest)"
    let manifest = try JSON.decode(Manifest.self, from: bytes, what: what)
    guard manifest.config.mediaType.isConfig else {
      throw Failure(
        .unsupported, "\(manifest.artifactType ?? manifest.config.mediaType.rawValue) is no image",
        subject: "image \(request.reference.familiar)")
    }
    for layer in manifest.layers { try check(layer) }
    let turn = Turn(request.progress)
    for layer in manifest.layers where !staging.has(layer.digest) {
      turn.tell(PullProgress(layer: layer.digest, state: .waiting))
    }
    let missing = Set((manifest.layers + [manifest.config]).map(\.digest).filter { !staging.has($0) })
    if !missing.isEmpty {
      locks = try DownloadLocks(staging.layout, missing) {
        turn.tell(PullProgress(layer: $0, state: .fetchedElsewhere))
      }
    }
    let configuration = try configuration(manifest)
    let layers = try zip(manifest.layers, configuration.rootfs.diffIDs).map { layer, diffID in
      if staging.has(layer.digest) {
        turn.tell(PullProgress(layer: layer.digest, state: .exists))
        let file = try staging.open(layer.digest)
        return LayerBlob(
          member: ArchiveMember(file: file, size: try file.status().size), promised: layer, diffID: diffID)
      }
      return LayerBlob(member: RemoteLayer(request.remote, layer), promised: layer, diffID: diffID)
    }
    let fetched = Set(zip(manifest.layers, layers).filter { $0.1.member is RemoteLayer }.map(\.0.digest))
    let blobs = Dictionary(
      zip(configuration.rootfs.diffIDs, manifest.layers.map(\.digest)), uniquingKeysWith: { first, _ in first })
    let ingest = LayerIngest(staging) { step in
      guard let blob = blobs[step.layer], fetched.contains(blob) else { return }
      let isThere = step.done == step.total
      turn.tell(
        PullProgress(
          layer: blob, state: isThere ? .complete : .downloading(done: step.done, total: step.total)))
    }
    let warnings = try ingest.take(layers, unpack: true, threads: Self.parallelLayers).warnings
    return (manifest.config.digest, configuration.platform, warnings)
  }

  private func check(_ layer: ContentDescriptor) throws(Failure) {
    if layer.mediaType.isForeignLayer || layer.urls?.isEmpty == false {
      throw Failure(
        .unsupported, "its publisher does not allow copies, and it would be fetched from elsewhere",
        subject: "layer \(layer.digest)")
    }
    guard layer.mediaType.isLayer else {
      throw Failure(.unsupported, "unknown media type \(layer.mediaType)", subject: "layer \(layer.digest)")
    }
  }

  private func configuration(_ manifest: Manifest) throws -> ImageConfiguration {
    let (digest, what) = (manifest.config.digest, "image configuration \(manifest.config.digest)")
    let bytes: [UInt8]
    if staging.has(digest) {
      bytes = try staging.open(digest).readAll(limit: JSON.configLimit)
    } else {
      bytes = try request.remote.document(manifest.config, limit: JSON.configLimit)
      guard bytes.count == manifest.config.size else {
        throw Failure(
          .corrupt, "it has \(bytes.count) bytes, but the manifest says \(manifest.config.size)", subject: what)
      }
    }
    try Documents.check(bytes, digest, what)
    let configuration = try JSON.decode(ImageConfiguration.self, from: bytes, what: what, limit: JSON.configLimit)
    guard configuration.rootfs.diffIDs.count == manifest.layers.count else {
      throw Failure(
        .corrupt, "it has \(configuration.rootfs.diffIDs.count) diff_ids for \(manifest.layers.count) layers",
        subject: what)
    }
    if let wanted = request.platform, wanted.preference(of: configuration.platform) == nil {
      throw Failure(
        .notFound,
        "the image was found, but its platform (\(configuration.platform)) is not the wanted one (\(wanted))",
        subject: "image \(request.reference.familiar)")
    }
    try staging.put(bytes, as: digest)
    return configuration
  }
}

/// Lets one thread at a time tell something.
private final class Turn: Sendable {
  private let lock = Mutex(())
  private let progress: (@Sendable (PullProgress) -> Void)?

  init(_ progress: (@Sendable (PullProgress) -> Void)?) { self.progress = progress }

  func tell(_ step: PullProgress) {
    guard let progress else { return }
    lock.withLock { _ in progress(step) }
  }
}

/// A layer that a registry has.
private struct RemoteLayer: LayerContent {
  let remote: any RemoteImages
  let descriptor: ContentDescriptor

  init(_ remote: any RemoteImages, _ descriptor: ContentDescriptor) {
    (self.remote, self.descriptor) = (remote, descriptor)
  }

  var size: Int64 { descriptor.size }
  var staged: (file: StagedFile, digest: Digest)? { nil }
  func source() throws -> any ByteSource { try remote.blob(descriptor) }
}
