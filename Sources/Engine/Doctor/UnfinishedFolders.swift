import Diagnostics
import Linux

extension Engine {
  /// Containers, volumes and networks whose maker or remover died.
  func unfinishedFolders() throws -> [Finding] {
    OrphanedFolder.all(in: host.containers).map { orphan in
      switch orphan.kind {
      case .draft:
        Finding(.container, orphan.name, reason: "its making was cut off") { [self] in try undoDraft(orphan) }
      case .retired:
        Finding(.container, orphan.name, reason: "its removal was cut off") { [self] in try finishRetired(orphan) }
      }
    }
      + OrphanedFolder.all(in: host.volumes).map { orphan in
        Finding(.volume, orphan.folder, reason: cutOff(orphan)) { try removeTree(orphan.folder) }
      }
      + OrphanedFolder.all(in: host.networks).map { orphan in
        Finding(.network, orphan.folder, reason: cutOff(orphan)) { try removeTree(orphan.folder) }
      }
  }

  private func cutOff(_ orphan: OrphanedFolder) -> String {
    orphan.kind == .draft ? "its making was cut off" : "its removal was cut off"
  }

  /// Its record may be written already, but nobody was told of it: it never was.
  private func undoDraft(_ orphan: OrphanedFolder) throws {
    for volume in try volumeStore.anonymous(madeFor: orphan.name) { try volumeStore.remove(volume) }
    releaseNames(of: orphan.name)
    StorageLimit.clear(orphan.folder)
    try removeTree(orphan.folder)
  }

  private func finishRetired(_ orphan: OrphanedFolder) throws {
    let withVolumes = orphan.name.hasPrefix(ContainerStore.withVolumes)
    let record = try? Sealed.decode(
      ContainerRecord.self, from: readFile("\(orphan.folder)/\(ContainerPaths.recordName)"))
    if let record { return try finishRemoval(of: record, folder: orphan.folder, withVolumes: withVolumes) }
    releaseNames(of: withVolumes ? String(orphan.name.dropFirst(ContainerStore.withVolumes.count)) : orphan.name)
    try removeTree(orphan.folder)
  }

  private func releaseNames(of id: String) {
    for name in (try? listDirectory(host.names)) ?? [] { containerStore.release(name, of: id) }
  }

  /// Names that lead to no container.
  func danglingNames() throws -> [Finding] {
    ((try? listDirectory(host.names)) ?? []).compactMap { name in
      guard let id = try? readLink("\(host.names)/\(name)"), containerStore.passing(id) == nil,
        !FileStatus.exists(host.container(id).folder)
      else { return nil }
      return Finding(.name, name, reason: "container \(id.prefix(12)) does not exist") { [self] in
        containerStore.release(name, of: id)
      }
    }
  }

  /// Files that were to take the place of others when their writer died.
  func temporaryFiles() throws -> [Finding] {
    let folders =
      [host.root]
      + [host.containers, host.volumes, host.networks].flatMap { parent in
        ((try? listDirectory(parent)) ?? []).map { "\(parent)/\($0)" }
      }
    return folders.flatMap { folder in
      ((try? listDirectory(folder)) ?? []).compactMap { name -> Finding? in
        // `.<name>.<pid>.<number>.tmp`
        let parts = name.split(separator: ".")
        guard name.hasPrefix("."), parts.count >= 4, parts.last == "tmp", let pid = Int32(parts[parts.count - 3]),
          ProcessStatus(pid: pid) == nil
        else { return nil }
        return Finding(.temporary, "\(folder)/\(name)", reason: "process \(pid), which wrote it, is gone") {
          try Descriptor.open(folder, .anchor).unlink(name)
        }
      }
    }
  }
}
