import Diagnostics
import Linux

extension ContainerStore {
  /// Begins a container. Until `finish` nobody sees it but through the name that it claims.
  func begin() throws(Failure) -> FolderDraft {
    try makeSpread(host.containers)
    return try FolderDraft(in: host.containers, name: Identifier.random())
  }

  /// Makes a folder for one folder per container.
  func makeSpread(_ path: String) throws(Failure) {
    if FileStatus.exists(path) { return }
    do {
      try makeDirectories(path, mode: 0o711)
      try Descriptor.open(path, .anchor).spreadFolders()
    } catch { throw error.failure }
  }

  /// Makes the draft a container, at one stroke.
  func finish(_ draft: FolderDraft, _ record: ContainerRecord) throws {
    try writeAtomically(Sealed.encode(record), to: "\(draft.folder)/\(ContainerPaths.recordName)", mode: 0o600)
    try draft.finish()
  }

  /// Removes what `begin` made, and the claim to the name.
  func abandon(_ draft: FolderDraft, name: String) {
    release(name, of: draft.name)
    draft.abandon()
  }
}
