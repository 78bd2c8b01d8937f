import CLinux
import Glibc

/// Tells which paths in and below folders change: an inotify(7) watch for each folder, also for those that are made
/// later. Not for two threads at once.
public final class TreeWatch {
  /// Readable when something happened.
  public let descriptor: Descriptor
  /// By the kernel's number.
  private var folders: [Int32: String] = [:]
  private let isLeftOut: (String) -> Bool
  /// Files that are watched by themselves, and the folders that they lie in.
  private var files: Set<String> = []
  private var parents: Set<String> = []
  private var roots: [String]

  /// - Parameter roots: absolute paths without a slash at their ends; a file is watched alone.
  /// - Parameter isLeftOut: folders that are not looked into.
  public init(_ roots: [String], leavingOut isLeftOut: @escaping (String) -> Bool) throws(SystemError) {
    descriptor = Descriptor(
      owning: Int32(try check("watching files") { systemCall(SYS_inotify_init1, Int(O_CLOEXEC | O_NONBLOCK)) }))
    self.isLeftOut = isLeftOut
    self.roots = roots
    for root in roots {
      if try FileStatus.of(root).kind == .directory {
        var found: [String] = []
        try enter(root, &found)
      } else {
        files.insert(root)
        let parent = String(root[..<root.lastIndex(of: "/")!])
        parents.insert(parent)
        try watch(parent.isEmpty ? "/" : parent)
      }
    }
  }

  private enum Event {
    static let changed = UInt32(IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO)
    static let made = UInt32(IN_CREATE | IN_DELETE)
    static let how = UInt32(IN_ONLYDIR) | UInt32(IN_EXCL_UNLINK)
  }

  private func watch(_ folder: String) throws(SystemError) {
    let number = try check("watching", folder) {
      folder.withCString {
        systemCall(
          SYS_inotify_add_watch, Int(descriptor.raw), $0.address,
          Int(Event.changed | Event.made | Event.how))
      }
    }
    folders[Int32(number)] = folder
  }

  /// Watches a folder and all below it. Files that are there by then count as changed.
  private func enter(_ folder: String, _ found: inout [String]) throws(SystemError) {
    do { try watch(folder) } catch {
      // It went again, or was no folder.
      if error.errno == ENOENT || error.errno == ENOTDIR { return }
      throw error
    }
    for name in (try? listDirectory(folder)) ?? [] {
      let path = "\(folder)/\(name)"
      guard let status = try? FileStatus.of(path, following: false) else { continue }
      if status.kind != .directory {
        found.append(path)
      } else if !isLeftOut(path) {
        try enter(path, &found)
      }
    }
  }

  /// The paths that changed since the last look, each once. Where the kernel has lost count these are the roots, which
  /// means everything below them.
  public func changes() throws(SystemError) -> Set<String> {
    var changed: Set<String> = []
    while let events = try readEvents() {
      for event in events {
        if event.mask & UInt32(IN_Q_OVERFLOW) != 0 {
          changed.formUnion(roots)
          continue
        }
        guard let folder = folders[event.watch] else { continue }
        if event.mask & UInt32(IN_IGNORED) != 0 {
          folders[event.watch] = nil
          continue
        }
        guard !event.name.isEmpty else { continue }
        let path = folder == "/" ? "/\(event.name)" : "\(folder)/\(event.name)"
        if parents.contains(folder), !files.contains(path),
          !roots.contains(where: { folder == $0 || folder.hasPrefix("\($0)/") })
        {
          continue
        }
        if event.mask & UInt32(IN_ISDIR) != 0, event.mask & UInt32(IN_CREATE | IN_MOVED_TO) != 0 {
          var found: [String] = []
          if !isLeftOut(path) { try enter(path, &found) }
          changed.formUnion(found)
        } else if event.mask & UInt32(IN_ISDIR) == 0 || event.mask & UInt32(IN_DELETE | IN_MOVED_FROM) != 0 {
          changed.insert(path)
        }
      }
    }
    return changed
  }

  private func readEvents() throws(SystemError) -> [(watch: Int32, mask: UInt32, name: String)]? {
    let bytes: [UInt8]
    do { bytes = try descriptor.read(upTo: 64 << 10) } catch {
      if error.errno == EAGAIN { return nil }
      throw error
    }
    guard !bytes.isEmpty else { return nil }
    var events: [(Int32, UInt32, String)] = []
    bytes.withUnsafeBytes { room in
      var offset = 0
      while offset + 16 <= room.count {
        let watch = room.loadUnaligned(fromByteOffset: offset, as: Int32.self)
        let mask = room.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
        let length = Int(room.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
        let name = room[offset + 16..<min(offset + 16 + length, room.count)].prefix { $0 != 0 }
        events.append((watch, mask, String(decoding: name, as: UTF8.self)))
        offset += 16 + length
      }
    }
    return events
  }
}
