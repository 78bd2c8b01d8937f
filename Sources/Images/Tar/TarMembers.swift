import Diagnostics
import Linux

/// Writes members of a tar file: ustar headers, with pax records (POSIX.1-2001) for what those cannot hold. Times are whole
/// seconds and none later than `latest`.
struct TarMembers {
  let write: (UnsafeRawBufferPointer) throws -> Void
  private let latest: Int64

  /// - Parameter latest: seconds since 1970.
  init(latest: Int64 = .max, _ write: @escaping (UnsafeRawBufferPointer) throws -> Void) {
    self.latest = latest
    self.write = write
  }

  func finish() throws { try put([UInt8](repeating: 0, count: 1024)) }

  func pad(_ size: Int64) throws {
    let rest = Int(size % 512)
    if rest > 0 { try put([UInt8](repeating: 0, count: 512 - rest)) }
  }

  func header(_ path: [UInt8], _ type: Character, mode: UInt32) throws {
    try put(Self.extended(path, link: [], attributes: []))
    try put(TarWriter.header(Self.short(path), type: type, mode: mode, size: 0))
  }

  func header(
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
}
