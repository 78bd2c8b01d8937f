import Diagnostics
import Linux
import OCI

extension ImageStore {
  /// Reads docker-archives (old and new), OCI archives and image layouts, with gzip or zstd around them. All images of
  /// the archive become visible at once, or none.
  public func load(_ request: LoadRequest) throws -> LoadResult {
    try asFailure {
      let staging = try Staging(layout, request.cancellation)
      defer { staging.discard() }
      let (roots, warnings) = try request.source.blamed {
        let load = ArchiveLoad(try request.source.open(staging), staging, catalog, request)
        return (try load.run(), load.warnings)
      }
      try staging.commit { index in
        for root in roots {
          if root.names.isEmpty { index.set(root.descriptor, name: nil) }
          for name in root.names { index.set(root.descriptor, name: name) }
        }
      }
      return LoadResult(
        images: roots.flatMap { root in root.ids.map { LoadResult.Loaded(id: $0, names: root.names) } },
        warnings: warnings)
    }
  }
}
