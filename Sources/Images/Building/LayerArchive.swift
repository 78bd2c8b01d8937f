import Diagnostics
import Linux

/// Writes what overlayfs gathered in an upper directory as a layer (image-spec, layer.md): entries sorted, times in whole
/// seconds and none later than `latest`, so that the same tree gives the same bytes on any machine and day.
final class LayerArchive {
  private let members: TarMembers
  private var linked: [Inode: [UInt8]] = [:]

  private struct Inode: Hashable {
    var device: UInt64
    var number: UInt64
  }

  /// - Parameter latest: seconds since 1970.
  init(latest: Int64, _ write: @escaping (UnsafeRawBufferPointer) throws -> Void) {
    members = TarMembers(latest: latest, write)
  }

  func add(_ tree: Descriptor) throws {
    try addFolder(tree, [])
    try members.finish()
  }

  private func addFolder(_ folder: Descriptor, _ path: [UInt8]) throws {
    let names = try folder.fileNames().map(\.name).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    for name in names { try addEntry(name, folder, path + name.bytes) }
  }

  private func addEntry(_ name: FileName, _ folder: Descriptor, _ path: [UInt8]) throws {
    let status = try folder.status(of: name)
    if status.isWhiteout {
      let parent = path.dropLast(name.count)
      return try members.header(Array(parent) + Array(".wh.".utf8) + name.bytes, "0", mode: 0)
    }
    let attributes = try kept(folder, name)
    if status.kind == .directory {
      try members.header(path + [UInt8(ascii: "/")], "5", status, attributes)
      if try folder.attribute(Overlay.opaque, of: name) == Overlay.yes {
        try members.header(path + Array("/.wh..wh..opq".utf8), "0", mode: 0)
      }
      return try addFolder(folder.open(name, [.directory, .noFollow]), path + [UInt8(ascii: "/")])
    }
    if status.links > 1 {
      let inode = Inode(device: status.device, number: status.inode)
      if let first = linked[inode] { return try members.header(path, "1", status, [], link: first) }
      linked[inode] = path
    }
    switch status.kind {
    case .regular:
      try members.header(path, "0", status, attributes, size: status.size)
      try content(FileSource(folder.open(name, [.noFollow]), at: 0, count: status.size), status.size, path)
    case .symbolicLink: try members.header(path, "2", status, attributes, link: folder.linkTarget(of: name))
    case .characterDevice: try members.header(path, "3", status, attributes)
    case .blockDevice: try members.header(path, "4", status, attributes)
    case .fifo: try members.header(path, "6", status, attributes)
    // A socket without its listener is of no use.
    case .socket, .directory: break
    }
  }

  private func kept(_ folder: Descriptor, _ name: FileName) throws -> [(name: String, value: [UInt8])] {
    try folder.attributes(of: name).filter(AttributePolicy.allows).sorted().compactMap { attribute in
      try folder.attribute(attribute, of: name).map { (attribute, $0) }
    }
  }

  private func content(_ source: FileSource, _ size: Int64, _ path: [UInt8]) throws {
    var count: Int64 = 0
    while true {
      let piece = try source.next()
      if piece.isEmpty { break }
      count += Int64(piece.count)
      try members.write(piece)
    }
    guard count == size else {
      throw Failure(.conflict, "changed while it was read", subject: String(decoding: path, as: UTF8.self))
    }
    try members.pad(size)
  }
}
