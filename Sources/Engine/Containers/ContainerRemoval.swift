import Diagnostics
import Linux

extension ContainerStore {
  /// What the name of a retired container's folder says beside its id: its anonymous volumes go, too.
  static let withVolumes = "v-"

  /// The container is no more, at one stroke. The caller holds its lock.
  func retire(_ id: String, withVolumes: Bool) throws(Failure) -> RetiredFolder {
    try RetiredFolder(id, in: host.containers, note: withVolumes ? Self.withVolumes : "")
  }

  /// Whether a container of this id is being made or removed right now, in the folder that is returned.
  func passing(_ id: String) -> Descriptor? {
    for prefix in [FolderDraft.prefix, RetiredFolder.prefix, RetiredFolder.prefix + Self.withVolumes] {
      if let folder = try? Descriptor.open("\(host.containers)/\(prefix)\(id)", [.readOnly, .directory]) {
        return folder
      }
    }
    return nil
  }
}
