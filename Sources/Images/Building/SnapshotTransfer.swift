import Diagnostics
import Linux
import OCI

extension ImageStore {
  /// Brings in what another machine made under this key, and keeps it.
  /// - Parameters:
  ///   - manifest: of an image without a configuration to speak of, or of one that was built.
  ///   - layers: only so many of its layers.
  public func fetchSnapshot(
    _ key: Digest, _ manifest: ContentDescriptor, layers: Int?, from remote: any RemoteImages
  ) throws -> Image {
    try asFailure {
      let staging = try Staging(layout)
      defer { staging.discard() }
      var manifest = manifest
      var remote = remote
      if let layers {
        let part = try LowerPart(of: manifest, layers, from: remote)
        (manifest, remote) = (part.descriptor, part)
      }
      let reference = try Reference("build-cache@\(manifest.digest)")
      let fetched = try Pull(PullRequest(reference, from: remote), staging).run()
      try staging.commit { $0.setSnapshot(fetched.root, key) }
      return try image(fetched.root)
    }
  }

  /// Snapshots as a registry or a layout wants them: an index of their manifests, each with its key.
  public func snapshotContents(_ keys: Set<Digest>) throws -> PushContents {
    try asFailure {
      let hold = try hold()
      let index = try catalog.index()
      var documents: [PushContents.Document] = []
      var blobs: [Digest: ContentDescriptor] = [:]
      var entries: [ContentDescriptor] = []
      for entry in index.entries {
        guard let text = entry.buildStep, let key = try? Digest(text), keys.contains(key) else { continue }
        var descriptor = entry.descriptor
        let bytes = try readFile(layout.blob(descriptor.digest), limit: JSON.manifestLimit)
        let manifest = try JSON.decode(Manifest.self, from: bytes, what: "manifest \(descriptor.digest)")
        for blob in [manifest.config] + manifest.layers { blobs[blob.digest] = blob }
        descriptor.annotations = nil
        documents.append(.init(descriptor: descriptor, bytes: bytes))
        descriptor.annotations = [StoreIndex.buildStep: text]
        entries.append(descriptor)
      }
      entries.sort { $0.annotations![StoreIndex.buildStep]! < $1.annotations![StoreIndex.buildStep]! }
      let bytes = JSON.encode(Index(manifests: entries))
      let root = ContentDescriptor(mediaType: .index, digest: Digest.sha256(of: bytes), size: Int64(bytes.count))
      documents.append(.init(descriptor: root, bytes: bytes))
      return PushContents(
        root: root, documents: documents, blobs: blobs.values.sorted { $0.digest < $1.digest }, onlyPlatform: nil,
        sources: [:], layout: layout, hold: hold, staging: nil)
    }
  }
}

/// The lower layers of an image as an image of their own.
private struct LowerPart: RemoteImages {
  let descriptor: ContentDescriptor
  private let manifest: [UInt8]
  private let configuration: [UInt8]
  private let remote: any RemoteImages

  init(of whole: ContentDescriptor, _ count: Int, from remote: any RemoteImages) throws {
    self.remote = remote
    let document = try remote.manifest(whole.digest.description)
    try Documents.check(document.bytes, whole.digest, "manifest \(whole.digest)")
    let known = try JSON.decode(Manifest.self, from: document.bytes, what: "manifest \(whole.digest)")
    let bytes = try remote.document(known.config, limit: JSON.configLimit)
    try Documents.check(bytes, known.config.digest, "image configuration \(known.config.digest)")
    let image = try JSON.decode(
      ImageConfiguration.self, from: bytes, what: "image configuration", limit: JSON.configLimit)
    guard count <= known.layers.count, count <= image.rootfs.diffIDs.count else {
      throw Failure(.corrupt, "it has fewer layers than it says", subject: "manifest \(whole.digest)")
    }
    configuration = JSON.encode(
      ImageConfiguration(platform: image.platform, diffIDs: Array(image.rootfs.diffIDs[..<count])))
    manifest = JSON.encode(
      Manifest(
        config: ContentDescriptor(
          mediaType: .config, digest: Digest.sha256(of: configuration), size: Int64(configuration.count)),
        layers: Array(known.layers[..<count])))
    descriptor = ContentDescriptor(
      mediaType: .manifest, digest: Digest.sha256(of: manifest), size: Int64(manifest.count))
  }

  func manifest(_ reference: String) throws -> RemoteDocument {
    RemoteDocument(bytes: manifest, mediaType: .manifest, digest: descriptor.digest)
  }
  func document(_ descriptor: ContentDescriptor, limit: Int) throws -> [UInt8] { configuration }
  func admit(_ manifests: [Digest]) throws { try remote.admit(manifests) }
  func blob(_ descriptor: ContentDescriptor) throws -> any ByteSource { try remote.blob(descriptor) }
}

/// An image layout in a folder, read as a repository (image-spec, image-layout.md).
public struct LayoutFolder: RemoteImages {
  private let folder: String

  public init(_ folder: String) { self.folder = folder }

  private func path(_ digest: Digest) -> String { "\(folder)/blobs/\(digest.algorithm.rawValue)/\(digest.hex)" }

  /// Without a digest the layout's own index, or the one document in it that has that name.
  public func manifest(_ reference: String) throws -> RemoteDocument {
    if let digest = try? Digest(reference) {
      let bytes = try readFile(path(digest), limit: JSON.manifestLimit)
      return RemoteDocument(bytes: bytes, mediaType: try kind(bytes), digest: digest)
    }
    let bytes = try readFile("\(folder)/index.json", limit: JSON.manifestLimit)
    let index = try JSON.decode(Index.self, from: bytes, what: "\(folder)/index.json")
    let named = index.manifests.filter {
      reference.isEmpty
        ? $0.annotations?[StoreIndex.buildStep] == nil : $0.annotations?[Annotation.referenceName] == reference
    }
    if named.count == 1 { return try manifest(named[0].digest.description) }
    guard reference.isEmpty else { throw Failure(.notFound, "it has no image \(reference)", subject: folder) }
    return RemoteDocument(bytes: bytes, mediaType: .index, digest: Digest.sha256(of: bytes))
  }

  private func kind(_ bytes: [UInt8]) throws -> MediaType {
    struct Head: Decodable { var mediaType: MediaType? }
    return try JSON.decode(Head.self, from: bytes, what: folder).mediaType ?? .manifest
  }

  public func document(_ descriptor: ContentDescriptor, limit: Int) throws -> [UInt8] {
    try readFile(path(descriptor.digest), limit: limit)
  }

  /// What lies on this machine is the person's own.
  public func admit(_ manifests: [Digest]) throws {}

  public func blob(_ descriptor: ContentDescriptor) throws -> any ByteSource {
    FileSource(stream: try Descriptor.open(path(descriptor.digest)))
  }

  /// Writes contents as a layout, beside what is there.
  /// - Parameter name: of the root in it; `nil`: the root, an index, becomes the layout's own.
  public static func write(_ contents: PushContents, to folder: String, name: String?) throws {
    let blobs = "\(folder)/blobs/sha256"
    try makeDirectories(blobs)
    let holder = try Descriptor.open(blobs, .anchor)
    for blob in contents.blobs where (try? holder.status(of: FileName(blob.digest.hex)).size) != blob.size {
      let temporary = ".\(blob.digest.hex).new"
      let file = try holder.open(temporary, [.writeOnly, .create, .truncate], mode: 0o644)
      try contents.open(blob.digest).copyContent(to: file)
      try holder.rename(temporary, to: blob.digest.hex)
    }
    for document in contents.documents {
      try holder.writeAtomically(document.bytes, to: document.descriptor.digest.hex)
    }
    try writeAtomically(JSON.encode(LayoutMarker()), to: "\(folder)/oci-layout")
    var root = contents.root
    if let name { root.annotations = [Annotation.referenceName: name] }
    try writeAtomically(JSON.encode(Index(manifests: [root])), to: "\(folder)/index.json")
  }
}
