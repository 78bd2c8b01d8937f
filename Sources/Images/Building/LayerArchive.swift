import Diagnostics
import Linux

/// Writes what overlayfs gathered in an upper directory as a layer (image-spec, layer.md): entries sorted, times in whole
/// seconds and none later than `latest`, so that the same tree gives the same bytes on any machine and day.
///
/// The tree can be settled on the way: what the archive does not say is taken from it (sockets, overlayfs's own notes, later
/// times), so that it is what unpacking the archive would give.
final class LayerArchive {
  private let members: TarMembers
  private let latest: Int64
  private let settles: Bool
  /// What the tree stands on; `nil`: nothing.
  private let lower: LowerLayers?
  private var linked: [Inode: [UInt8]] = [:]
  /// Bytes of its regular files, each counted once.
  private(set) var size: Int64 = 0
  private let room = Room()

  private struct Inode: Hashable {
    var device: UInt64
    var number: UInt64
  }

  /// - Parameters:
  ///   - latest: seconds since 1970.
  ///   - settles: the tree becomes a layer's; nobody else changes it meanwhile.
  init(
    latest: Int64, on lower: LowerLayers?, settles: Bool, _ write: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) {
    members = TarMembers(latest: latest, write)
    self.latest = latest
    self.lower = lower
    self.settles = settles
  }

  func add(_ tree: Descriptor) throws {
    try addFolder(tree, Place(path: [], names: [], isNew: false))
    try members.finish()
  }

  /// Where a member is.
  private struct Place {
    /// As the archive says it, with a slash behind a folder.
    var path: [UInt8]
    var names: [FileName]
    /// Nothing below has anything here.
    var isNew: Bool
  }

  private func addFolder(_ folder: Descriptor, _ place: Place) throws {
    let names = try folder.fileNames().map(\.name).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    for name in names {
      let path = place.path + name.bytes
      try addEntry(name, folder, Place(path: path, names: place.names + [name], isNew: place.isNew))
    }
  }

  private func addEntry(_ name: FileName, _ folder: Descriptor, _ place: Place) throws {
    let path = place.path
    let status = try folder.status(of: name)
    if status.isWhiteout {
      return try members.header(Array(path.dropLast(name.count)) + Array(".wh.".utf8) + name.bytes, "0", mode: 0)
    }
    guard status.kind != .socket else {
      // A socket without its listener is of no use.
      if settles { try folder.unlink(name) }
      return
    }
    let attributes = try kept(folder, name)
    if status.kind == .directory {
      try addDirectory(name, folder, place, status, attributes)
      return try settleTimes(name, folder, status)
    }
    if status.links > 1 {
      let inode = Inode(device: status.device, number: status.inode)
      if let first = linked[inode] { return try members.header(path, "1", status, [], link: first) }
      linked[inode] = path
    }
    switch status.kind {
    case .regular:
      size += status.size
      try members.header(path, "0", status, attributes, size: status.size)
      try content(folder.open(name, [.noFollow]), status.size, path)
    case .symbolicLink: try members.header(path, "2", status, attributes, link: folder.linkTarget(of: name))
    case .characterDevice: try members.header(path, "3", status, attributes)
    case .blockDevice: try members.header(path, "4", status, attributes)
    case .fifo: try members.header(path, "6", status, attributes)
    case .socket, .directory: break
    }
    try settleTimes(name, folder, status)
  }

  private func addDirectory(
    _ name: FileName, _ folder: Descriptor, _ place: Place, _ status: FileStatus,
    _ attributes: [(name: String, value: [UInt8])]
  ) throws {
    var inside = Place(path: place.path + [UInt8(ascii: "/")], names: place.names, isNew: place.isNew)
    try members.header(inside.path, "5", status, attributes)
    // overlayfs marks every folder that it makes, even where there is nothing to hide.
    if try folder.attribute(Overlay.opaque, of: name) == Overlay.yes {
      if try !place.isNew && lower?.find(place.names) != nil {
        try members.header(inside.path + Array(".wh..wh..opq".utf8), "0", mode: 0)
      } else if settles {
        try folder.removeAttribute(Overlay.opaque, of: name)
      }
      inside.isNew = true
    }
    try addFolder(folder.open(name, [.directory, .noFollow]), inside)
  }

  /// A folder's own time changed with what was taken from it.
  private func settleTimes(_ name: FileName, _ folder: Descriptor, _ status: FileStatus) throws {
    guard settles else { return }
    let seconds = max(0, min(status.modified.seconds, latest))
    guard status.kind == .directory || status.modified != Timestamp(seconds: seconds, nanoseconds: 0) else { return }
    try folder.setTimes(of: name, seconds: seconds, nanoseconds: 0)
  }

  private func kept(_ folder: Descriptor, _ name: FileName) throws -> [(name: String, value: [UInt8])] {
    var kept: [(name: String, value: [UInt8])] = []
    for attribute in try folder.attributes(of: name).sorted() {
      if AttributePolicy.allows(attribute) {
        if let value = try folder.attribute(attribute, of: name) { kept.append((attribute, value)) }
      } else if settles, attribute != Overlay.opaque, attribute.hasPrefix("trusted.overlay.") {
        try folder.removeAttribute(attribute, of: name)
      }
    }
    return kept
  }

  private func content(_ file: Descriptor, _ size: Int64, _ path: [UInt8]) throws {
    var count: Int64 = 0
    // To the end, to notice a file that grew.
    while count <= size {
      let read = try file.read(into: room.bytes)
      if read == 0 { break }
      count += Int64(read)
      try members.write(UnsafeRawBufferPointer(rebasing: room.bytes[..<read]))
    }
    guard count == size else {
      throw Failure(.conflict, "changed while it was read", subject: String(decoding: path, as: UTF8.self))
    }
    try members.pad(size)
  }
}
