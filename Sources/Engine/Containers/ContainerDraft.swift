import Diagnostics
import Glibc
import Linux

/// A container that is being made. Until `finish` nobody sees it but through the name that it has claimed.
struct ContainerDraft {
  let id: String
  /// Of the draft; `config.json` goes in here last.
  let folder: String
  let lock: FileLock
}

extension ContainerStore {
  static let draftPrefix = ".new-"

  /// Begins a container: a locked folder under a name that says so.
  func begin() throws(Failure) -> ContainerDraft {
    while true {
      let id = Identifier.random()
      let folder = "\(host.containers)/\(Self.draftPrefix)\(id)"
      do {
        try makeDirectories(folder, mode: 0o700)
        let lock = try FileLock(Descriptor.open(folder, [.readOnly, .directory]))
        // Between the two calls somebody may have taken it for one whose maker died.
        if try lock.descriptor.status().links > 0 { return ContainerDraft(id: id, folder: folder, lock: lock) }
      } catch {
        throw Failure(error, subject: "")
      }
    }
  }

  /// Makes the draft a container, at one stroke.
  func finish(_ draft: ContainerDraft, _ record: ContainerRecord) throws {
    try writeAtomically(Sealed.encode(record), to: "\(draft.folder)/\(ContainerPaths.recordName)", mode: 0o600)
    try Descriptor.open(host.containers, .anchor).rename("\(Self.draftPrefix)\(draft.id)", to: draft.id)
  }

  /// Removes what `begin` made, and the name.
  func abandon(_ draft: ContainerDraft, name: String) {
    release(name, of: draft.id)
    try? removeTree(draft.folder)
  }
}
