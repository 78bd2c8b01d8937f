import Images
import Linux
import OCI

/// The folders of `RUN --mount=type=cache`, which outlive builds.
struct CacheFolders {
  let folder: String

  init(_ builds: String) { folder = "\(builds)/caches" }

  func path(_ id: String) -> String { "\(folder)/\(Digest.sha256(of: id.utf8).hex.prefix(32))" }

  struct Cache {
    var name: String
    /// As the instruction calls it.
    var id: String
    var used: Timestamp
  }

  func all() -> [Cache] {
    ((try? listDirectory(folder)) ?? []).sorted().compactMap { name in
      guard let status = try? FileStatus.of("\(folder)/\(name)") else { return nil }
      return Cache(name: name, id: (try? readText("\(folder)/\(name)/id")) ?? name, used: status.modified)
    }
  }

  /// Bytes of its files.
  func size(_ name: String) -> Int64 {
    (try? Descriptor.open("\(folder)/\(name)", [.directory]).treeSize()) ?? 0
  }

  func remove(_ name: String) throws { try removeTree("\(folder)/\(name)") }
}
