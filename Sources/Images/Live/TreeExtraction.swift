import Diagnostics
import Glibc
import Linux

/// Unpacks a tar archive into a tree that others may change meanwhile: every place is resolved inside the root, and what
/// is set is set on the very object that was made, never on a name.
public final class TreeExtraction {
  public struct Options: Sendable {
    /// A folder takes no file's place, and a file no folder's.
    public var keepsKinds = false
    /// Everything belongs to these; `nil`: to whom the archive says.
    public var owner: (uid: UInt32, gid: UInt32)?
    /// How the tree is seen.
    public var owners = OwnerShift.none

    public init() {}
  }

  private let root: Descriptor
  private let destination: String
  private let options: Options
  /// What is taken away from the beginning of every name, and what is put there; see `rename`.
  private var renaming: (from: [FileName], to: [FileName])?
  private var parent: (path: [FileName], folder: Descriptor)?
  private var times: [(path: [FileName], time: TarTime)] = []

  /// - Parameter destination: a folder in `root`.
  public init(into destination: String, of root: Descriptor, _ options: Options = Options()) {
    self.root = root
    self.destination = destination
    self.options = options
  }

  /// Members called `from`, or below it, are unpacked as `to`.
  public func rename(_ from: String, to: String) throws {
    renaming = (try LayerPath.names(Array(from.utf8)), try LayerPath.names(Array(to.utf8)))
  }

  /// - Parameter source: the archive, plain or compressed with gzip or zstd.
  public func extract(_ source: any ByteSource) throws {
    let reader = TarReader(try Compression.open(source).plain)
    while let entry = try reader.next() {
      do { try place(entry, reader) } catch { throw Failure(error, subject: entry.displayName) }
    }
    for (path, time) in times.reversed() {
      guard let name = path.last, let folder = try? folder(Array(path.dropLast())).open(name, [.directory]) else {
        continue
      }
      try? folder.setTimes(seconds: time.seconds, nanoseconds: time.nanoseconds)
    }
  }

  private func renamed(_ bytes: [UInt8]) throws -> [FileName] {
    let names = try LayerPath.names(bytes)
    guard let renaming, names.starts(with: renaming.from) else { return names }
    return renaming.to + names.dropFirst(renaming.from.count)
  }

  private func place(_ entry: TarEntry, _ reader: TarReader) throws {
    let path = try renamed(entry.name)
    // The destination itself keeps what it has.
    guard let name = path.last else { return }
    let parentPath = Array(path.dropLast())
    let parent = try folder(parentPath)
    if try makeRoom(for: entry, name, in: parent) == .directory {
      let folder = try parent.open(name, [.directory])
      try finish(folder, entry)
      return times.append((path, entry.modified))
    }
    switch entry.kind {
    case .directory:
      try parent.makeDirectory(name, mode: 0o700)
      try finish(parent.open(name, [.directory]), entry)
      times.append((path, entry.modified))
    case .file:
      let file = try parent.open(name, [.writeOnly, .create, .exclusive], mode: 0o600, step: "creating")
      try reader.write(entry, to: file)
      try finish(file, entry)
      try file.setTimes(seconds: entry.modified.seconds, nanoseconds: entry.modified.nanoseconds)
    case .symbolicLink:
      try parent.makeSymbolicLink(name, to: entry.linkName)
      let owner = owner(of: entry)
      try parent.setOwner(of: name, uid: owner.uid, gid: owner.gid)
      try parent.setTimes(of: name, seconds: entry.modified.seconds, nanoseconds: entry.modified.nanoseconds)
    case .hardLink:
      let target = try renamed(entry.linkName)
      guard let targetName = target.last else { throw Failure(.corrupt, "a link to the destination itself") }
      try folder(Array(target.dropLast())).makeHardLink(targetName, in: parent, as: name)
      self.parent = nil
    case .characterDevice, .blockDevice, .fifo:
      if entry.kind == .fifo {
        try parent.makeFIFO(name)
      } else {
        try parent.makeDevice(name, block: entry.kind == .blockDevice, major: entry.major, minor: entry.minor)
      }
      // Whatever stands there by now is not opened, only named.
      let made = try parent.open(name, .pathOnly)
      guard ![.symbolicLink, .directory, .regular].contains(try made.status().kind) else { return }
      try finish(made, entry)
    }
  }

  private enum Room { case nothing, directory }

  private func makeRoom(for entry: TarEntry, _ name: FileName, in parent: Descriptor) throws -> Room {
    guard let status = try parent.statusIfPresent(of: name) else { return .nothing }
    if status.kind == .directory, entry.kind == .directory { return .directory }
    if options.keepsKinds, status.kind == .directory || entry.kind == .directory {
      throw Failure(
        .conflict,
        status.kind == .directory
          ? "cannot overwrite a directory with something that is none"
          : "cannot overwrite with a directory something that is none")
    }
    try parent.removeTree(name)
    return .nothing
  }

  private func owner(of entry: TarEntry) -> (uid: UInt32, gid: UInt32) {
    let (uid, gid) = options.owner ?? (entry.uid, entry.gid)
    return (options.owners.outside(uid), options.owners.outside(gid))
  }

  /// Owner before mode, because chown clears setuid, and before attributes, because it clears capabilities.
  private func finish(_ made: Descriptor, _ entry: TarEntry) throws {
    let owner = owner(of: entry)
    try made.setOwner(uid: owner.uid, gid: owner.gid)
    try made.setPermissions(entry.mode)
    guard entry.kind == .file || entry.kind == .directory else { return }
    for (attribute, value) in entry.attributes where AttributePolicy.allows(attribute) {
      do { try made.setAttribute(attribute, value) } catch {
        guard [EOPNOTSUPP, EPERM].contains(error.errno) else { throw error }
      }
    }
  }

  /// The folder at `path` below the destination, made where it is missing. Links on the way lead where they would lead a
  /// program in the container.
  private func folder(_ path: [FileName]) throws -> Descriptor {
    if let parent, parent.path == path { return parent.folder }
    var place = try root.openInRoot(destination, .anchor)
    if path.isEmpty {
      parent = (path, place)
      return place
    }
    let text = path.map(\.description).joined(separator: "/")
    if path.allSatisfy({ Array($0.description.utf8) == $0.bytes }) {
      place = try root.makeDirectoriesInRoot("\(destination)/\(text)")
    } else {
      // A name that is no text: no link is followed then.
      for name in path {
        if try place.statusIfPresent(of: name) == nil { try place.makeDirectory(name) }
        place = try place.open(name, .anchor)
      }
    }
    parent = (path, place)
    return place
  }
}
