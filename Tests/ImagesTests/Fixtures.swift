import Glibc
import Linux
import OCI

@testable import Images

/// A tar file made member by member.
struct TestTar {
  private(set) var bytes: [UInt8] = []

  mutating func add(
    _ name: String, _ data: [UInt8] = [], type: Character = "0", link: String = "", mode: UInt32 = 0o644,
    uid: UInt32 = 0, gid: UInt32 = 0, seconds: Int64 = 1_700_000_000, pax: [(String, [UInt8])] = [], major: UInt32 = 0,
    minor: UInt32 = 0
  ) {
    if !pax.isEmpty {
      let records = pax.flatMap { Self.record($0.0, $0.1) }
      append(TarWriter.header("pax", type: "x", mode: 0o644, size: Int64(records.count)), records)
    }
    append(
      TarWriter.header(
        name, type: type, mode: mode, size: Int64(data.count), linkName: link, uid: uid, gid: gid, seconds: seconds,
        major: major, minor: minor), data)
  }

  mutating func folder(_ name: String, mode: UInt32 = 0o755) { add(name, type: "5", mode: mode) }
  mutating func append(_ header: [UInt8], _ data: [UInt8]) {
    bytes += header + data + [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
  }

  /// With the two blocks of zeros at the end.
  var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

  static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
    let rest = Array(" \(key)=".utf8) + value + [10]
    var length = rest.count
    while String(length).utf8.count + rest.count != length { length = String(length).utf8.count + rest.count }
    return Array(String(length).utf8) + rest
  }
}

/// Bytes in pieces of any size, as a socket delivers them.
final class PiecesSource: ByteSource {
  private var rest: ArraySlice<UInt8>
  private let size: Int
  private let room = Room()

  init(_ bytes: [UInt8], pieces size: Int = 7) {
    rest = bytes[...]
    self.size = size
  }

  func next() throws -> UnsafeRawBufferPointer {
    let piece = rest.prefix(min(size, room.bytes.count))
    rest = rest.dropFirst(piece.count)
    room.bytes.copyBytes(from: piece)
    return UnsafeRawBufferPointer(rebasing: room.bytes[..<piece.count])
  }
}

extension ByteSource {
  func all() throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let piece = try next()
      if piece.isEmpty { return bytes }
      bytes += piece
    }
  }
}

/// A folder that goes away with the test.
final class Scratch {
  let path: String

  init() throws {
    var template = Array("/tmp/davit-images-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError("creating a folder", errno: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? removeTree(path) }

  func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let place = path + "/" + name
    try makeDirectories(splitPath(place).folder)
    try writeAtomically(bytes, to: place)
    return place
  }

  /// Writes several files, and gives the folder.
  func write(_ files: [String: [UInt8]], in folder: String) throws -> String {
    for (name, bytes) in files { _ = try write(bytes, folder + "/" + name) }
    return path + "/" + folder
  }

  /// Every file below, relative, sorted.
  func files(_ folder: String = "") -> [String] {
    let place = folder.isEmpty ? path : path + "/" + folder
    guard let entries = try? Descriptor.open(place, .anchor).entries() else { return [] }
    return entries.flatMap { entry -> [String] in
      let name = folder.isEmpty ? entry.name : folder + "/" + entry.name
      return entry.kind == .directory ? files(name) : [name]
    }.sorted()
  }
}

/// An image of the given layers (plain tar files), as a docker-archive or an image layout.
struct TestImage {
  var layers: [[UInt8]]
  var name = "app:1"
  var execution = ExecutionParameters()

  var configuration: [UInt8] {
    var image = ImageConfiguration(
      platform: .host, config: execution, diffIDs: layers.map { Digest.sha256(of: $0) })
    image.created = "2024-01-01T00:00:00Z"
    return JSON.encode(image)
  }

  var id: String { Digest.sha256(of: configuration).description }

  var dockerArchive: [UInt8] {
    var tar = TestTar()
    tar.add("config.json", configuration)
    for (index, layer) in layers.enumerated() { tar.add("layer\(index).tar", layer) }
    let entry = DockerArchiveEntry(
      config: "config.json", repoTags: [name], layers: layers.indices.map { "layer\($0).tar" })
    tar.add("manifest.json", JSON.encode([entry]))
    return tar.finished
  }

  /// The files of an image layout by name.
  func layout(_ pack: ([UInt8]) -> (MediaType, [UInt8]) = { (.layer, $0) }) -> [String: [UInt8]] {
    var files = ["oci-layout": JSON.encode(LayoutMarker())]
    func put(_ type: MediaType, _ bytes: [UInt8]) -> ContentDescriptor {
      let digest = Digest.sha256(of: bytes)
      files["blobs/sha256/\(digest.hex)"] = bytes
      return ContentDescriptor(mediaType: type, digest: digest, size: Int64(bytes.count))
    }
    let blobs = layers.map { layer in
      let (type, bytes) = pack(layer)
      return put(type, bytes)
    }
    let manifest = Manifest(config: put(.config, configuration), layers: blobs)
    var descriptor = put(.manifest, JSON.encode(manifest))
    descriptor.annotations = [Annotation.referenceName: name]
    files["index.json"] = JSON.encode(Index(manifests: [descriptor]))
    return files
  }
}

/// Owners, devices and overlayfs's attributes need root.
let isRoot = geteuid() == 0
