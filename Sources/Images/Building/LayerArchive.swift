import Diagnostics
import Linux

/// Writes what overlayfs gathered in an upper directory as a layer (image-spec, layer.md): entries sorted, times in whole
/// seconds and none later than `latest`, so that the same tree gives the same bytes on any machine and day.
final class LayerArchive {
  private let write: (UnsafeRawBufferPointer) throws -> Void
  private let latest: Int64
  private var linked: [Inode: [UInt8]] = [:]

  private struct Inode: Hashable {
    var device: UInt64
    var number: UInt64
  }

  /// - Parameter latest: seconds since 1970.
  init(latest: Int64, _ write: @escaping (UnsafeRawBufferPointer) throws -> Void) {
    self.latest = latest
    self.write = write
  }

  func add(_ tree: Descriptor) throws {
    try addFolder(tree, [])
    try put([UInt8](repeating: 0, count: 1024))
  }

  private func addFolder(_ folder: Descriptor, _ path: [UInt8]) throws {
    let names = try folder.fileNames().map(\.name).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    for name in names { try addEntry(name, folder, path + name.bytes) }
  }

  private func addEntry(_ name: FileName, _ folder: Descriptor, _ path: [UInt8]) throws {
    let status = try folder.status(of: name)
    if status.isWhiteout {
      let parent = path.dropLast(name.count)
      return try header(Array(parent) + Array(".wh.".utf8) + name.bytes, "0", mode: 0)
    }
    let attributes = try kept(folder, name)
    if status.kind == .directory {
      try header(path + [UInt8(ascii: "/")], "5", status, attributes)
      if try folder.attribute(Overlay.opaque, of: name) == Overlay.yes {
        try header(path + Array("/.wh..wh..opq".utf8), "0", mode: 0)
      }
      return try addFolder(folder.open(name, [.directory, .noFollow]), path + [UInt8(ascii: "/")])
    }
    if status.links > 1 {
      let inode = Inode(device: status.device, number: status.inode)
      if let first = linked[inode] { return try header(path, "1", status, [], link: first) }
      linked[inode] = path
    }
    switch status.kind {
    case .regular:
      try header(path, "0", status, attributes, size: status.size)
      try content(FileSource(folder.open(name, [.noFollow]), at: 0, count: status.size), status.size, path)
    case .symbolicLink: try header(path, "2", status, attributes, link: folder.linkTarget(of: name))
    case .characterDevice: try header(path, "3", status, attributes)
    case .blockDevice: try header(path, "4", status, attributes)
    case .fifo: try header(path, "6", status, attributes)
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
      try write(piece)
    }
    guard count == size else {
      throw Failure(.conflict, "changed while it was read", subject: String(decoding: path, as: UTF8.self))
    }
    try pad(size)
  }

  private func header(_ path: [UInt8], _ type: Character, mode: UInt32) throws {
    try put(Self.extended(path, link: [], attributes: []))
    try put(TarWriter.header(Self.short(path), type: type, mode: mode, size: 0))
  }

  private func header(
    _ path: [UInt8], _ type: Character, _ status: FileStatus, _ attributes: [(name: String, value: [UInt8])],
    link: [UInt8] = [], size: Int64 = 0
  ) throws {
    try put(Self.extended(path, link: link, attributes: attributes))
    let isDevice = type == "3" || type == "4"
    try put(
      TarWriter.header(
        Self.short(path), type: type, mode: status.permissions, size: size, linkName: Self.short(link),
        uid: status.uid, gid: status.gid, seconds: max(0, min(status.modified.seconds, latest)),
        major: isDevice ? status.major : 0, minor: isDevice ? status.minor : 0))
  }

  /// What ustar's own fields cannot hold; a reader puts the pax record in its place.
  private static func short(_ path: [UInt8]) -> String { fits(path) ? String(decoding: path, as: UTF8.self) : "long" }

  private static func fits(_ path: [UInt8]) -> Bool { path.count <= 100 && path.allSatisfy { $0 < 128 } }

  /// A pax header (POSIX.1-2001), or nothing where none is needed.
  private static func extended(_ path: [UInt8], link: [UInt8], attributes: [(name: String, value: [UInt8])]) -> [UInt8]
  {
    var records: [UInt8] = []
    func add(_ key: String, _ value: [UInt8]) {
      let rest = Array(" \(key)=".utf8) + value + [UInt8(ascii: "\n")]
      var length = rest.count
      while String(length).utf8.count + rest.count != length { length = String(length).utf8.count + rest.count }
      records += Array(String(length).utf8) + rest
    }
    if !fits(path) { add("path", path) }
    if !fits(link) { add("linkpath", link) }
    for attribute in attributes { add("SCHILY.xattr." + attribute.name, attribute.value) }
    guard !records.isEmpty else { return [] }
    let padding = (512 - records.count % 512) % 512
    return TarWriter.header("pax", type: "x", mode: 0o644, size: Int64(records.count)) + records
      + [UInt8](repeating: 0, count: padding)
  }

  private func put(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

  private func pad(_ size: Int64) throws {
    let rest = Int(size % 512)
    if rest > 0 { try put([UInt8](repeating: 0, count: 512 - rest)) }
  }
}
