import Diagnostics
import Linux
import OCI

extension ImageStore {
  /// Writes an image that was built as an OCI archive with `manifest.json` beside it.
  /// - Parameter names: what it is called there.
  public func save(_ image: Image, as names: [Reference], to output: Descriptor) throws {
    try asFailure {
      let tar = TarWriter { try output.writeAll($0) }
      try tar.folder("blobs")
      try tar.folder("blobs/sha256")
      var blobs: [Digest: Int64] = [image.manifest.digest: image.manifest.size]
      for blob in try [catalog.documents.manifest(image.manifest.digest).config] + image.layers {
        blobs[blob.digest] = blob.size
      }
      for (digest, size) in blobs.sorted(by: { $0.key < $1.key }) {
        let file = try Descriptor.open(layout.blob(digest))
        try tar.file(ArchiveLoad.blobPath(digest), size: size, FileSource(file, at: 0, count: size))
      }
      let entries = names.map { name in
        var entry = image.manifest
        entry.annotations = [
          Annotation.imageName: name.description, Annotation.referenceName: name.tag ?? name.description,
        ]
        return entry
      }
      try tar.file("index.json", JSON.encode(Index(manifests: entries.isEmpty ? [image.manifest] : entries)))
      let docker = DockerArchiveEntry(
        config: ArchiveLoad.blobPath(image.id), repoTags: names.isEmpty ? nil : names.map(\.familiar),
        layers: image.layers.map { ArchiveLoad.blobPath($0.digest) })
      try tar.file("manifest.json", JSON.encode([docker]))
      try tar.file("oci-layout", JSON.encode(LayoutMarker()))
      try tar.finish()
    }
  }

  /// An image that was built, as a layout wants it.
  public func pushContents(of image: Image) throws -> PushContents {
    try asFailure {
      let bytes = try readFile(layout.blob(image.manifest.digest), limit: JSON.manifestLimit)
      let manifest = try JSON.decode(Manifest.self, from: bytes, what: "manifest \(image.manifest.digest)")
      return PushContents(
        root: image.manifest, documents: [.init(descriptor: image.manifest, bytes: bytes)],
        blobs: [manifest.config] + manifest.layers, onlyPlatform: nil, sources: [:], layout: layout, hold: try hold(),
        staging: nil)
    }
  }
}
