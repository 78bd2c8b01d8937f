import Diagnostics
import Linux
import OCI

extension ImageStore {
  /// Writes what was built as an OCI archive, of a single image with `manifest.json` beside it for older tools.
  /// - Parameters:
  ///   - root: an image's manifest, or an index.
  ///   - names: what it is called there.
  public func save(_ root: ContentDescriptor, as names: [Reference], to output: Descriptor) throws {
    try asFailure {
      let contents = try pushContents(of: root)
      let tar = TarWriter { try output.writeAll($0) }
      try tar.folder("blobs")
      try tar.folder("blobs/sha256")
      let blobs = contents.blobs + contents.documents.map(\.descriptor)
      for blob in blobs.sorted(by: { $0.digest < $1.digest }) {
        let file = try Descriptor.open(layout.blob(blob.digest))
        try tar.file(ArchiveLoad.blobPath(blob.digest), size: blob.size, FileSource(file, at: 0, count: blob.size))
      }
      let entries = names.map { name in
        var entry = contents.root
        entry.annotations = [
          Annotation.imageName: name.description, Annotation.referenceName: name.tag ?? name.description,
        ]
        return entry
      }
      try tar.file("index.json", JSON.encode(Index(manifests: entries.isEmpty ? [contents.root] : entries)))
      let images = try catalog.manifests(of: root).map(\.manifest)
      if images.count == 1 {
        let docker = DockerArchiveEntry(
          config: ArchiveLoad.blobPath(images[0].config.digest), repoTags: names.isEmpty ? nil : names.map(\.familiar),
          layers: images[0].layers.map { ArchiveLoad.blobPath($0.digest) })
        try tar.file("manifest.json", JSON.encode([docker]))
      }
      try tar.file("oci-layout", JSON.encode(LayoutMarker()))
      try tar.finish()
    }
  }

  /// What was built, as a layout wants it.
  public func pushContents(of root: ContentDescriptor) throws -> PushContents {
    try asFailure {
      let hold = try hold()
      var root = root
      root.annotations = nil
      var gathering = Gathering(catalog: catalog, layout: layout)
      try gathering.take(root)
      return PushContents(
        root: root, documents: gathering.documents, blobs: gathering.blobs, onlyPlatform: nil, sources: [:],
        layout: layout, hold: hold, staging: nil)
    }
  }
}
