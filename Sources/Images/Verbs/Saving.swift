import Diagnostics
import Linux
import OCI

extension ImageStore {
  /// Writes an OCI archive with `manifest.json` beside it, so that every version of Docker, Podman and skopeo reads it.
  /// Blobs are written as they are stored: the digests stay. A repository without a tag means all of its tags, as with
  /// Docker.
  /// - Parameter platform: of an image for several, only this one.
  /// - Parameter artifact: goes along; tools that look for images pass it by.
  public func save(
    _ names: [String], platform: Platform? = nil, to descriptor: Int32, with artifact: AttachedArtifact? = nil
  ) throws {
    try asFailure {
      let hold = try hold()
      defer { hold.release() }
      let index = try catalog.index()
      let names = names.flatMap { Self.tags(of: $0, in: index) ?? [$0] }
      let meant = try names.map { try find($0, platform, in: index) }
      let output = try Descriptor.borrowing(descriptor)
      let tar = TarWriter { try output.writeAll($0) }

      var blobs: [Digest: Int64] = [:]
      for one in meant { try gather(one.exactly?.descriptor ?? one.entry.descriptor, &blobs) }
      let packed = artifact?.packed()
      for (digest, bytes) in packed?.blobs ?? [:] { blobs[digest] = Int64(bytes.count) }
      try tar.folder("blobs")
      for algorithm in Set(blobs.keys.map(\.algorithm)).sorted(by: { $0.rawValue < $1.rawValue }) {
        try tar.folder("blobs/\(algorithm.rawValue)")
      }
      for (digest, size) in blobs.sorted(by: { $0.key < $1.key }) {
        if let bytes = packed?.blobs[digest] {
          try tar.file(ArchiveLoad.blobPath(digest), bytes)
          continue
        }
        let file = try Descriptor.open(layout.blob(digest))
        try tar.file(ArchiveLoad.blobPath(digest), size: size, FileSource(file, at: 0, count: try file.status().size))
      }
      let entries = zip(names, meant).map { savedEntry($1, $0) } + [packed?.entry].compactMap(\.self)
      try tar.file("index.json", JSON.encode(Index(manifests: entries)))
      try tar.file("manifest.json", JSON.encode(try dockerEntries(names, platform)))
      try tar.file("oci-layout", JSON.encode(LayoutMarker()))
      try tar.finish()
    }
  }

  /// The names that a repository's name without a tag stands for; `nil`: it is none, or nothing has it.
  private static func tags(of name: String, in index: StoreIndex) -> [String]? {
    guard let reference = try? Reference(name), reference.tag == nil, reference.digest == nil else { return nil }
    let names = index.entries.compactMap(\.name).filter { $0.name == reference.name && $0.tag != nil }
    return names.isEmpty ? nil : names.map(\.description).sorted()
  }

  private func find(_ name: String, _ platform: Platform?, in index: StoreIndex) throws -> Catalog.Meant {
    var meant = try catalog.find(name, in: index)
    guard let platform, meant.exactly == nil else { return meant }
    let image = try catalog.resolve(name, platform)
    meant.entry.descriptor.digest = image.manifest.digest
    meant.entry.descriptor.size = image.manifest.size
    meant.entry.descriptor.mediaType = image.manifest.mediaType
    meant.entry.descriptor.platform = image.configuration.platform
    return meant
  }

  /// An image that was asked for by its id has no name in the archive, as with Docker.
  private func savedEntry(_ meant: Catalog.Meant, _ asked: String) -> ContentDescriptor {
    var descriptor = meant.exactly?.descriptor ?? meant.entry.descriptor
    descriptor.annotations = nil
    if meant.exactly == nil, let name = meant.entry.name, (try? Reference(asked))?.name == name.name {
      descriptor.annotations = [
        Annotation.imageName: name.description, Annotation.referenceName: name.tag ?? name.description,
      ]
    }
    return descriptor
  }

  private func dockerEntries(_ names: [String], _ platform: Platform?) throws -> [DockerArchiveEntry] {
    var entries: [DockerArchiveEntry] = []
    for name in names {
      let image = try resolve(name, platform: platform, orAny: platform == nil)
      let tag = image.names.first { $0.familiar == (try? Reference(name).tagged.familiar) }?.familiar
      let config = ArchiveLoad.blobPath(image.id)
      if let known = entries.firstIndex(where: { $0.config == config }) {
        if let tag { entries[known].repoTags = (entries[known].repoTags ?? []) + [tag] }
      } else {
        entries.append(
          DockerArchiveEntry(
            config: config, repoTags: tag.map { [$0] },
            layers: image.layers.map { ArchiveLoad.blobPath($0.digest) }))
      }
    }
    return entries
  }

  private func gather(_ descriptor: ContentDescriptor, _ blobs: inout [Digest: Int64]) throws {
    blobs[descriptor.digest] = descriptor.size
    if descriptor.mediaType.isIndex {
      for child in try catalog.documents.index(descriptor.digest).manifests where catalog.documents.has(child.digest) {
        try gather(child, &blobs)
      }
    } else {
      let manifest = try catalog.documents.manifest(descriptor.digest)
      for blob in [manifest.config] + manifest.layers { blobs[blob.digest] = blob.size }
    }
  }
}
