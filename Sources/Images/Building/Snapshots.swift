import Diagnostics
import Linux
import OCI

/// The root file systems between the steps of builds. Each is an image without a configuration, which the index leads to
/// by the key of its step: so it is there as a whole or not at all, containers can stand on it, and nothing of it is
/// collected while it is kept. Lists of images do not show it.
extension ImageStore {
  /// What an earlier build made under this key.
  public func snapshot(_ key: Digest) throws -> Image? {
    try asFailure {
      let index = try catalog.index()
      guard let entry = index.entries.first(where: { $0.buildStep == key.description }) else { return nil }
      return try catalog.manifests(of: entry.descriptor).first.map { try catalog.image($0, in: index) }
    }
  }

  /// Stores what a step changed.
  /// - Parameters:
  ///   - changes: an upper directory of overlayfs; `nil`: nothing, not even an empty layer.
  ///   - parent: what the step began with; `nil`: an empty root.
  ///   - latest: seconds since 1970 that no file's time may lie behind.
  public func keepSnapshot(_ key: Digest, of changes: Descriptor?, on parent: Image?, platform: Platform, latest: Int64)
    throws -> Image
  {
    try asFailure {
      let staging = try Staging(layout)
      defer { staging.discard() }
      var diffIDs = parent?.configuration.rootfs.diffIDs ?? []
      var layers = parent?.layers ?? []
      if let changes {
        let below = try parent.map { try self.layers(of: $0) } ?? []
        let layer = try store(changes, staging, on: below, beneath: diffIDs, latest: latest, takes: true)
        diffIDs.append(layer.digest)
        layers.append(layer)
      }
      return try keep(key, ImageConfiguration(platform: platform, diffIDs: diffIDs), layers, staging)
    }
  }

  /// Puts the layers of a root on top of another one's, and keeps that under a key.
  public func keepSnapshot(_ key: Digest, stacking image: Image, on parent: Image?, platform: Platform) throws -> Image
  {
    try asFailure {
      let staging = try Staging(layout)
      defer { staging.discard() }
      let diffIDs = (parent?.configuration.rootfs.diffIDs ?? []) + image.configuration.rootfs.diffIDs
      return try keep(
        key, ImageConfiguration(platform: platform, diffIDs: diffIDs), (parent?.layers ?? []) + image.layers, staging)
    }
  }

  private func keep(
    _ key: Digest, _ configuration: ImageConfiguration, _ layers: [ContentDescriptor], _ staging: Staging
  ) throws -> Image {
    let descriptor = try put(configuration, layers, staging)
    try staging.commit { $0.setSnapshot(descriptor, key) }
    return try image(descriptor)
  }

  func image(_ descriptor: ContentDescriptor) throws -> Image {
    try catalog.image(catalog.manifests(of: descriptor)[0], in: catalog.index())
  }

  /// The end of a build: an image with these layers and this configuration, under all the names at once.
  /// - Parameter annotations: of its manifest.
  public func finishImage(
    _ configuration: ImageConfiguration, layers: [ContentDescriptor], names: [Reference],
    annotations: [String: String] = [:]
  ) throws -> Image {
    try asFailure {
      let staging = try Staging(layout)
      defer { staging.discard() }
      let descriptor = try put(configuration, layers, staging, annotations)
      try staging.commit { index in
        if names.isEmpty { index.set(descriptor, name: nil) }
        for name in names { index.set(descriptor, name: name) }
      }
      return try image(descriptor)
    }
  }

  func put(
    _ configuration: ImageConfiguration, _ layers: [ContentDescriptor], _ staging: Staging,
    _ annotations: [String: String] = [:]
  ) throws -> ContentDescriptor {
    let bytes = JSON.encode(configuration)
    var manifest = Manifest(
      config: ContentDescriptor(mediaType: .config, digest: try staging.put(bytes), size: Int64(bytes.count)),
      layers: layers)
    manifest.annotations = annotations.isEmpty ? nil : annotations
    let encoded = JSON.encode(manifest)
    return ContentDescriptor(
      mediaType: .manifest, digest: try staging.put(encoded), size: Int64(encoded.count),
      platform: configuration.platform)
  }

  /// The layer's blob, and its tree beside it.
  /// - Parameter takes: the tree is the upper directory itself, once it is what the blob says; it must lie on the store's
  ///   file system, and nobody else may use it.
  func store(
    _ changes: Descriptor, _ staging: Staging, on below: [String], beneath diffIDs: [Digest], latest: Int64,
    takes: Bool = false
  ) throws -> ContentDescriptor {
    try layout.step(.writeBlob)
    let staged = try staging.makeFile()
    let output = LayerOutput(staged.file)
    let roots = try below.map { try Descriptor.open($0, .anchor) }
    let lower = below.isEmpty ? nil : LowerLayers { roots }
    let archive = LayerArchive(latest: latest, on: lower, settles: takes, output.write)
    try archive.add(changes)
    let (digest, size) = try output.finish()
    let descriptor = ContentDescriptor(mediaType: .layer, digest: digest, size: size)
    let chainID = LayerKey.chainIDs(diffIDs + [digest]).last!
    guard layout.findLayer(digest, chainID) == nil else {
      staging.keep(staged, as: digest, size: size)
      return descriptor
    }
    try layout.step(.unpackLayer)
    if takes {
      staging.keep(staged, as: digest, size: size)
      try changes.setOwner(of: ".", uid: 0, gid: 0)
      try changes.setPermissions(of: ".", 0o755)
      let unpacked = UnpackedLayer(size: archive.size, needsLower: false, hidesLower: false, warnings: [])
      let (name, folder) = try staging.takeLayer(readLink(changes.procPath))
      let read = LayerBlob.Read(digest: digest, size: size, compression: .none, diffID: digest, unpacked: unpacked)
      _ = try staging.keepLayer(name, folder, read, chainID: chainID)
    } else {
      let (name, folder, tree) = try staging.makeLayer()
      let member = ArchiveMember(file: staged.file, size: size, staged: (staged, digest))
      let read = try LayerBlob(member: member).read(staging, into: tree, on: lower)
      _ = try staging.keepLayer(name, folder, read, chainID: chainID)
    }
    return descriptor
  }
}

extension StoreIndex {
  static let buildStep = "davit.build-step"

  /// Another build may have made it meanwhile; one is enough.
  mutating func setSnapshot(_ descriptor: ContentDescriptor, _ key: Digest) {
    entries.removeAll { $0.buildStep == key.description }
    var descriptor = descriptor
    descriptor.annotations = [Self.buildStep: key.description]
    entries.append(Entry(descriptor: descriptor, name: nil))
  }
}

extension StoreIndex.Entry {
  /// The key of the build step whose result this is.
  var buildStep: String? { descriptor.annotations?[StoreIndex.buildStep] }
}

/// Writes and hashes. Small pieces are gathered, so that a header of 512 bytes is no system call.
private final class LayerOutput {
  private let file: Descriptor
  private var hasher = Hasher()
  private var pending: [UInt8] = []
  private var size: Int64 = 0

  init(_ file: Descriptor) {
    self.file = file
    pending.reserveCapacity(256 << 10)
  }

  func write(_ piece: UnsafeRawBufferPointer) throws {
    hasher.update(piece)
    size += Int64(piece.count)
    if pending.count + piece.count > 256 << 10 { try flush() }
    if piece.count > 64 << 10 { return try file.writeAll(piece) }
    pending.append(contentsOf: piece)
  }

  func finish() throws -> (digest: Digest, size: Int64) {
    try flush()
    return (hasher.finish(), size)
  }

  private func flush() throws {
    try file.writeAll(pending)
    pending.removeAll(keepingCapacity: true)
  }
}
