import Diagnostics
import Linux

extension ContainerStore {
  /// Begins a container. Until `finish` nobody sees it but through the name that it claims.
  func begin() throws(Failure) -> FolderDraft {
    try FolderDraft(in: host.containers, name: Identifier.random())
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
