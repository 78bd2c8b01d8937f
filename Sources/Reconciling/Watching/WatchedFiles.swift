import Linux

/// Files that a project is made from: notices that one of them is another than before.
///
/// Their folders are watched, because editors and git replace files instead of writing into them.
public final class WatchedFiles {
  private let watch: FileWatch
  private var folders: Set<String> = []
  private var stamps: [String: Stamp?] = [:]

  private struct Stamp: Hashable {
    var inode: UInt64
    var size: Int64
    var modified: Timestamp
  }

  public init() throws { watch = try FileWatch() }

  /// Readable when something happened in one of the folders.
  public var descriptor: Descriptor { watch.descriptor }

  /// These are watched from now on, as they are now.
  public func follow(_ paths: [String]) {
    for path in paths {
      let folder = splitPath(path).folder
      if !folders.contains(folder), (try? watch.add(folder, [.modified, .appeared, .vanished])) != nil {
        folders.insert(folder)
      }
    }
    stamps = Dictionary(paths.map { ($0, stamp($0)) }, uniquingKeysWith: { $1 })
  }

  /// As they are now, nothing has changed.
  public func refresh() { stamps = Dictionary(uniqueKeysWithValues: stamps.keys.map { ($0, stamp($0)) }) }

  /// Whether one is not as it was when it was followed.
  public func haveChanged() -> Bool {
    watch.drain()
    return stamps.contains { $0.value != stamp($0.key) }
  }

  private func stamp(_ path: String) -> Stamp? {
    (try? FileStatus.of(path)).map { Stamp(inode: $0.inode, size: $0.size, modified: $0.modified) }
  }
}
