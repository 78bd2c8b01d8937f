import Diagnostics
import Glibc
import Linux

extension ContainerStore {
  static let removalPrefixes = [".old-", ".old-v-"]

  /// The container is no more, at one stroke; what is left of it lies in the folder whose path is returned, still locked
  /// by the caller.
  func retire(_ id: String, withVolumes: Bool) throws -> String {
    let name = Self.removalPrefixes[withVolumes ? 1 : 0] + id
    try Descriptor.open(host.containers, .anchor).rename(id, to: name)
    return "\(host.containers)/\(name)"
  }

  /// What lost its maker or remover: folders under a temporary name whose lock is free, each with the lock, so that
  /// nobody else takes it on.
  func orphans() -> [(folder: String, id: String, lock: FileLock)] {
    guard let names = try? listDirectory(host.containers) else { return [] }
    return names.compactMap { name in
      guard let prefix = ([Self.draftPrefix] + Self.removalPrefixes.reversed()).first(where: name.hasPrefix) else {
        return nil
      }
      let folder = "\(host.containers)/\(name)"
      guard let opened = try? Descriptor.open(folder, [.readOnly, .directory]),
        let lock = try? FileLock(trying: opened), let links = try? opened.status().links, links > 0
      else { return nil }
      return (folder, String(name.dropFirst(prefix.count)), lock)
    }
  }
}
