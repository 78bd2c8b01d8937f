import Diagnostics
import Glibc
import Linux

/// Something went into a directory that turned out to be a symbolic link in the lower layers. It belongs where that leads
/// to, so the layer is unpacked once more, now that they are there.
struct LinkBelow: Error {}

/// The directory that a layer is unpacked into, and the way to any place in it.
///
/// Nobody else writes here meanwhile. Every step of a path is one name in an open directory, links are read and walked
/// here and never by the kernel, so no name in a layer leads out of it.
final class LayerTree {
  let root: Descriptor
  /// `nil`: this is the lowest layer.
  let lower: LowerLayers?
  /// The layer is another one on other lower layers, because it leaves something to them: directories that it does not
  /// name, files that it links to.
  private(set) var needsLower = false
  /// An opaque marker in the root: overlayfs has no such thing, so the lower layers are left out altogether.
  private(set) var hidesLower = false
  /// Directories that no member names, made while the lower layers were not there yet: they become as they are below at
  /// the end.
  private var implied: Set<[FileName]> = []
  /// Directories whose times are set at the end, when nothing changes them any more.
  private var times: [(path: [FileName], time: TarTime)] = [([], TarTime(seconds: 0))]
  /// Directories that hide what lower layers have there.
  private var opaque: [[FileName]] = []
  /// Whiteouts that were made. One that hides nothing is taken away again.
  private var whiteouts: [[FileName]] = []
  /// Files of lower layers that became this layer's only because something links to them.
  private var borrowed: Set<[FileName]> = []
  /// The way to the directory that was asked for last. The next member is nearly always beside the one before.
  private var way: [(name: FileName, directory: Descriptor)] = []

  init(_ root: Descriptor, on lower: LowerLayers?) {
    self.root = root
    self.lower = lower
  }

  /// Where `directory(_:)` led: links are resolved in it.
  var currentPath: [FileName] { way.map(\.name) }

  /// The directory at `path`; what is missing on the way is made.
  func directory(_ path: ArraySlice<FileName>) throws -> Descriptor {
    var pending = Array(goBack(to: path).reversed())
    var links = 0
    func follow(_ target: [UInt8]) throws {
      links += 1
      guard links <= 40 else { throw Failure(.corrupt, "too many symbolic links on the way") }
      if target.first == UInt8(ascii: "/") { way = [] }
      for part in target.split(separator: UInt8(ascii: "/")).reversed() where !part.elementsEqual([46]) {
        pending.append(FileName(part))
      }
    }
    while let name = pending.popLast() {
      if name == ".." {
        // As for a process whose root this is: above the root is the root.
        _ = way.popLast()
        continue
      }
      let here = way.last?.directory ?? root
      do { way.append((name, try here.open(name, .anchor))) } catch {
        guard [ENOENT, ENOTDIR, ELOOP].contains(error.errno) else { throw error }
        guard let status = try here.statusIfPresent(of: name) else {
          if let target = try makeImplied(name, in: here) { try follow(target) } else { pending.append(name) }
          continue
        }
        if status.kind == .symbolicLink {
          try follow(try here.linkTarget(of: name))
        } else if status.isWhiteout {
          try here.unlink(name)
          try here.makeDirectory(name)
          try here.setPermissions(of: name, 0o755)
          try hideLower(currentPath + [name], in: here)
          pending.append(name)
        } else {
          throw Failure(.corrupt, "\(name) on the way is no directory")
        }
      }
    }
    return way.last?.directory ?? root
  }

  /// Shortens the way to what it has in common with `path`.
  /// - Returns: the names that are still to go.
  private func goBack(to path: ArraySlice<FileName>) -> ArraySlice<FileName> {
    var rest = path
    var shared = 0
    while shared < way.count, let name = rest.first, way[shared].name == name {
      shared += 1
      rest.removeFirst()
    }
    way.removeLast(way.count - shared)
    return rest
  }

  /// A directory that no member names so far: as it is below, else root's with mode 0755.
  /// - Returns: where to go on instead, when it is a symbolic link below.
  private func makeImplied(_ name: FileName, in here: Descriptor) throws -> [UInt8]? {
    needsLower = true
    let path = currentPath + [name]
    let mayWait = lower?.areThere() == false && !isHidden(path)
    let found = mayWait ? nil : try findBelow(path)
    if let found, found.status.kind == .symbolicLink { return try found.directory.linkTarget(of: found.name) }
    try here.makeDirectory(name)
    // A parent with the setgid bit would have given it its own group.
    try here.setOwner(of: name, uid: 0, gid: 0)
    try here.setPermissions(of: name, 0o755)
    setTime(TarTime(seconds: 0), ofDirectory: path)
    if mayWait {
      implied.insert(path)
    } else if let found, found.status.kind == .directory {
      try resemble(found, at: path, in: here)
    }
    return nil
  }

  private func resemble(_ found: LowerLayers.Found, at path: [FileName], in here: Descriptor) throws {
    let name = path[path.count - 1]
    try here.setOwner(of: name, uid: found.status.uid, gid: found.status.gid)
    try here.setPermissions(of: name, found.status.permissions)
    try copyAttributes(of: found, to: name, in: here)
    setTime(found.status.modified.tar, ofDirectory: path)
  }

  /// A directory that was only implied is a symbolic link below. Waits for the lower layers.
  func hasLinkBelow() throws -> Bool {
    try implied.contains { try findBelow($0)?.status.kind == .symbolicLink }
  }

  /// What directories that were only implied are like.
  private func settleImplied() throws {
    if try hasLinkBelow() { throw LinkBelow() }
    for path in implied {
      guard let found = try findBelow(path), found.status.kind == .directory, try existing(path[...]) != nil,
        let parent = try existing(path.dropLast())
      else { continue }
      try resemble(found, at: path, in: parent)
    }
    implied = []
  }

  func setTime(_ time: TarTime, ofDirectory path: [FileName]) { times.append((path, time)) }

  /// Marks the directory `path`, which is `path.last` in `parent`, as hiding what lower layers have there.
  func hideLower(_ path: [FileName], in parent: Descriptor) throws {
    guard lower != nil else { return }
    opaque.append(path)
    if let name = path.last {
      try parent.setAttribute(Overlay.opaque, Overlay.yes, of: name)
    } else {
      hidesLower = true
    }
    for file in borrowed where file.starts(with: path) { try giveBack(file) }
  }

  /// Hides `name`, which this layer does not bring, in the current directory.
  func whiteOut(_ name: FileName, in parent: Descriptor) throws {
    guard lower != nil else { return }
    let path = currentPath + [name]
    if borrowed.contains(path) { try giveBack(path) }
    guard let status = try parent.statusIfPresent(of: name) else {
      try parent.makeDevice(name, block: false, major: 0, minor: 0, mode: 0)
      whiteouts.append(path)
      return
    }
    if status.kind == .directory { try hideLower(path, in: parent) }
  }

  /// A member brings `name` in the current directory itself.
  func own(_ name: FileName) {
    if !borrowed.isEmpty { borrowed.remove(currentPath + [name]) }
    if !implied.isEmpty { implied.remove(currentPath + [name]) }
  }

  private func giveBack(_ path: [FileName]) throws {
    borrowed.remove(path)
    guard let parent = try existing(path.dropLast()) else { return }
    // A later member may have taken the directory's place, and with it the file.
    do { try parent.unlink(path[path.count - 1]) } catch {
      if error.errno != ENOENT { throw error }
    }
  }

  /// Sets what can only be set when everything is there.
  /// Throws `LinkBelow` where the layer has to be unpacked once more.
  func finish() throws {
    try settleImplied()
    try dropIdleWhiteouts()
    for (path, time) in times {
      guard let name = path.last else {
        try root.setTimes(of: ".", seconds: time.seconds, nanoseconds: time.nanoseconds)
        continue
      }
      guard try existing(path[...]) != nil, let parent = try existing(path.dropLast()) else { continue }
      try parent.setTimes(of: name, seconds: time.seconds, nanoseconds: time.nanoseconds)
    }
  }

  /// In a directory that comes from one layer alone overlayfs lists its whiteouts: names that are there and are not. So
  /// none may stay where a marker hid nothing, and none in a directory that hides everything anyway.
  private func dropIdleWhiteouts() throws {
    for path in whiteouts {
      guard let name = path.last, let parent = try existing(path.dropLast()),
        let status = try parent.statusIfPresent(of: name), status.isWhiteout
      else { continue }
      if isHidden(path) {
        try parent.unlink(name)
      } else if try lower?.find(path) == nil {
        needsLower = true
        try parent.unlink(name)
      }
    }
  }

  /// This layer itself hides what is below there.
  private func isHidden(_ path: [FileName]) -> Bool {
    opaque.contains { $0.count < path.count && path.starts(with: $0) }
  }

  private func findBelow(_ path: [FileName]) throws -> LowerLayers.Found? {
    isHidden(path) ? nil : try lower?.find(path)
  }

  /// The directory at a path without links; `nil`: a later member has taken its place.
  private func existing(_ path: ArraySlice<FileName>) throws -> Descriptor? {
    for name in goBack(to: path) {
      let here = way.last?.directory ?? root
      do { way.append((name, try here.open(name, .anchor))) } catch {
        if [ENOENT, ENOTDIR, ELOOP].contains(error.errno) { return nil }
        throw error
      }
    }
    return way.last?.directory ?? root
  }
}

// What is taken from lower layers.
extension LayerTree {
  /// A file of a lower layer becomes one of this layer too.
  func copyUp(_ path: [FileName], as name: FileName, in directory: Descriptor) throws -> Bool {
    needsLower = true
    guard let found = try findBelow(path) else { return false }
    let status = found.status
    switch status.kind {
    case .regular:
      let from = try found.directory.open(found.name, .readOnly)
      let to = try directory.open(name, [.writeOnly, .create, .exclusive], mode: 0o600, step: "creating")
      try to.copy(from: from, count: status.size)
    case .symbolicLink: try directory.makeSymbolicLink(name, to: try found.directory.linkTarget(of: found.name))
    case .characterDevice, .blockDevice:
      try directory.makeDevice(name, block: status.kind == .blockDevice, major: status.major, minor: status.minor)
    case .fifo: try directory.makeFIFO(name)
    case .directory, .socket: return false
    }
    try directory.setOwner(of: name, uid: status.uid, gid: status.gid)
    if status.kind != .symbolicLink { try directory.setPermissions(of: name, status.permissions) }
    try copyAttributes(of: found, to: name, in: directory)
    let time = status.modified.tar
    try directory.setTimes(of: name, seconds: time.seconds, nanoseconds: time.nanoseconds)
    borrowed.insert(path)
    return true
  }

  private func copyAttributes(of found: LowerLayers.Found, to name: FileName, in here: Descriptor) throws {
    for attribute in try found.directory.attributes(of: found.name) where AttributePolicy.allows(attribute) {
      if let value = try found.directory.attribute(attribute, of: found.name) {
        try here.setAttribute(attribute, value, of: name)
      }
    }
  }
}

extension Timestamp {
  fileprivate var tar: TarTime { TarTime(seconds: seconds, nanoseconds: nanoseconds - seconds * 1_000_000_000) }
}
