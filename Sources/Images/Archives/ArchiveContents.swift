import Diagnostics
import Linux
import OCI

/// The files of an archive, or of a folder that is laid out like one.
protocol ArchiveContents: Sendable {
  /// `nil`: there is no such file.
  func member(_ name: String) throws -> ArchiveMember?
}

extension ArchiveContents {
  /// A small file as a whole. Throws `corrupt` when it is missing.
  func document(_ name: String, limit: Int) throws -> [UInt8] {
    guard let member = try member(name) else { throw Failure(.corrupt, "\(name) is missing in the archive") }
    return try member.bytes(limit: limit, name)
  }
}

/// A stretch of a file that holds one member.
struct ArchiveMember: LayerContent {
  var file: Descriptor
  var offset: Int64 = 0
  /// Bytes.
  var size: Int64
  /// Can be read only once, from where it stands; the size means nothing.
  var isStream = false
  /// Where the archive came as a stream: the member is a file of the staging folder, and its digest is known.
  var staged: (file: StagedFile, digest: Digest)?

  var stream: Descriptor? { isStream ? file : nil }

  func source() -> any ByteSource {
    isStream ? FileSource(stream: file) : FileSource(file, at: offset, count: size)
  }

  func bytes(limit: Int, _ name: String) throws -> [UInt8] {
    guard size <= limit else {
      throw Failure(.corrupt, "\(name) has \(size) bytes, more than the \(limit) that are allowed")
    }
    guard let bytes = try Cursor(source()).read(Int(size)), bytes.count == Int(size) else { throw truncated() }
    return bytes
  }
}

/// An image layout on disk.
struct FolderContents: ArchiveContents {
  let folder: Descriptor

  func member(_ name: String) throws -> ArchiveMember? {
    let file: Descriptor
    do { file = try folder.openInRoot(name, .nonBlocking) } catch {
      if [2, 20].contains(error.errno) { return nil }
      throw error
    }
    let status = try file.status()
    guard status.kind == .regular else { throw Failure(.corrupt, "\(name) is no file") }
    return ArchiveMember(file: file, size: status.size)
  }
}

/// The data of the member that a tar reader is at.
private final class MemberSource: ByteSource {
  private let reader: TarReader
  init(_ reader: TarReader) { self.reader = reader }
  func next() throws -> UnsafeRawBufferPointer { try reader.data() }
}

/// A tar file whose members were listed.
struct TarContents: ArchiveContents {
  private var members: [String: ArchiveMember] = [:]
  /// Old archives hold a layer that several images share once, and links to it.
  private var links: [String: String] = [:]

  func member(_ name: String) throws -> ArchiveMember? {
    var name = name
    for _ in 0..<8 {
      if let member = members[name] { return member }
      guard let target = links[name] else { return nil }
      name = target
    }
    return nil
  }

  /// Reads only the headers: the data stays where it is in the file.
  init(listing file: Descriptor, size: Int64) throws {
    let reader = TarReader(FileSource(file, at: 0, count: size))
    try take(reader) { ArchiveMember(file: file, offset: reader.position, size: $0.size) }
  }

  /// Writes every member of a stream to a file of its own, because it cannot be read twice.
  init(spooling source: any ByteSource, _ staging: Staging) throws {
    let reader = TarReader(source)
    try take(reader) { entry in
      try staging.layout.step(.writeBlob)
      let staged = try staging.makeFile()
      let source = HashingSource(TeeSource(MemberSource(reader), to: staged.file))
      let digest = try source.finish()
      return ArchiveMember(file: staged.file, size: entry.size, staged: (staged, digest))
    }
  }

  private mutating func take(_ reader: TarReader, _ keep: (TarEntry) throws -> ArchiveMember) throws {
    while let entry = try reader.next() {
      let name = try Self.name(entry.name)
      switch entry.kind {
      case .file:
        guard entry.sparse == nil else { throw Failure(.unsupported, "\(name) is stored as a sparse file") }
        members[name] = try keep(entry)
      case .symbolicLink:
        let folder = name.split(separator: "/").dropLast().joined(separator: "/")
        links[name] = try? Self.name(Array("\(folder)/".utf8) + entry.linkName)
      case .hardLink: links[name] = try Self.name(entry.linkName)
      default: break
      }
    }
  }

  private static func name(_ path: [UInt8]) throws -> String {
    try LayerPath.names(path).map(\.description).joined(separator: "/")
  }
}
