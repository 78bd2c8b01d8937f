import Diagnostics
import Glibc
import Linux

/// An object's folder that is being made beside its place, and takes its place at one stroke. Until then its name begins
/// with `.new-`; the maker holds a lock on it, so that a draft whose lock is free is known to have lost its maker.
struct FolderDraft {
  static let prefix = ".new-"

  let parent: String
  let name: String
  let lock: FileLock

  var folder: String { "\(parent)/\(Self.prefix)\(name)" }

  /// - Parameter name: of the folder that it is to be; must not be one that another could be making.
  init(in parent: String, name: String, mode: UInt32 = 0o700) throws(Failure) {
    self.parent = parent
    self.name = name
    let folder = "\(parent)/\(Self.prefix)\(name)"
    do throws(SystemError) {
      while true {
        try makeDirectories(folder, mode: mode)
        // Between the calls somebody may take it for one whose maker died.
        let opened: Descriptor
        do throws(SystemError) { opened = try Descriptor.open(folder, [.readOnly, .directory]) } catch {
          if error.errno == ENOENT { continue }
          throw error
        }
        let lock = try FileLock(opened)
        if try lock.descriptor.status().links > 0 {
          self.lock = lock
          return
        }
      }
    } catch { throw error.failure }
  }

  /// - Throws: `.conflict` where the place is taken: a folder that is not empty is never replaced.
  func finish(as place: String? = nil) throws(Failure) {
    let place = place ?? name
    do { try Descriptor.open(parent, .anchor).rename("\(Self.prefix)\(name)", to: place) } catch {
      guard error.errno == EEXIST || error.errno == ENOTEMPTY else { throw error.failure }
      throw Failure(.conflict, "\(place) exists already")
    }
  }

  func abandon() { try? removeTree(folder) }
}

/// A folder that is on its way out, beside the place that it had, locked by its remover.
struct RetiredFolder {
  static let prefix = ".old-"

  let folder: String

  /// The object is no more, at one stroke. What is left is removed by `remove`, or by whoever comes next.
  init(_ place: String, in parent: String, note: String = "") throws(Failure) {
    let name = "\(Self.prefix)\(note)\(place)"
    folder = "\(parent)/\(name)"
    do { try Descriptor.open(parent, .anchor).rename(place, to: name) } catch { throw error.failure }
  }

  func remove() throws(Failure) {
    do { try removeTree(folder) } catch { throw error.failure }
  }
}

/// A draft or retired folder whose maker or remover died.
struct OrphanedFolder {
  enum Kind { case draft, retired }

  let kind: Kind
  let folder: String
  /// Without the prefix.
  let name: String
  /// Held, so that nobody else takes it on.
  let lock: FileLock

  static func all(in parent: String) -> [OrphanedFolder] {
    guard let names = try? listDirectory(parent) else { return [] }
    return names.compactMap { name in
      let kind: Kind? =
        name.hasPrefix(FolderDraft.prefix) ? .draft : name.hasPrefix(RetiredFolder.prefix) ? .retired : nil
      guard let kind else { return nil }
      let folder = "\(parent)/\(name)"
      guard let opened = try? Descriptor.open(folder, [.readOnly, .directory]),
        let lock = try? FileLock(trying: opened), let links = try? opened.status().links, links > 0
      else { return nil }
      return OrphanedFolder(
        kind: kind, folder: folder, name: String(name.dropFirst(FolderDraft.prefix.count)), lock: lock)
    }
  }
}
