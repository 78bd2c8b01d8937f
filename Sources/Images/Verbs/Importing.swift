import Diagnostics
import Linux
import OCI

extension ImageStore {
  /// Makes an image of one layer from the tar file of a root file system, plain or compressed with gzip or zstd. The
  /// layer's blob is the file as it came: compressing it would cost more than it saves, and keep nothing of its digest.
  public func importRootFileSystem(_ request: ImportRequest) throws -> Image {
    try asFailure {
      try request.admit?(ArchiveOrigin(.tarball, path: request.source.resolvedPath))
      let staging = try Staging(layout, request.cancellation)
      defer { staging.discard() }
      var execution = ExecutionParameters()
      for change in request.changes { try ConfigurationChange(change).apply(to: &execution) }

      let (name, folder, tree) = try staging.makeLayer()
      let read = try request.source.blamed {
        try LayerBlob(member: try request.source.layer()).read(staging, into: tree, on: nil)
      }
      _ = try staging.keepLayer(name, folder, read, chainID: read.diffID)

      var configuration = ImageConfiguration(
        platform: request.platform ?? .host, config: execution, diffIDs: [read.diffID])
      configuration.created = request.created ?? Timestamp.now().description
      configuration.comment = request.message ?? "Imported from \(request.source.name)"
      configuration.history = [.init(created: configuration.created, comment: configuration.comment)]
      let bytes = JSON.encode(configuration)
      let manifest = Manifest(
        config: ContentDescriptor(mediaType: .config, digest: try staging.put(bytes), size: Int64(bytes.count)),
        layers: [ContentDescriptor(mediaType: read.compression.mediaType, digest: read.digest, size: read.size)])
      let encoded = JSON.encode(manifest)
      let descriptor = ContentDescriptor(
        mediaType: .manifest, digest: try staging.put(encoded), size: Int64(encoded.count),
        platform: configuration.platform)
      try staging.commit { $0.set(descriptor, name: request.name?.tagged) }
      return try catalog.resolve(manifest.config.digest.description, configuration.platform)
    }
  }
}
