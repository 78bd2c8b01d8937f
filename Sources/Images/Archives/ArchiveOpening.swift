import Diagnostics
import Linux
import OCI

extension ArchiveSource {
  /// What was opened: the files of the archive, and the one image that the person meant.
  struct Opened {
    var contents: any ArchiveContents
    var tag: String?
    /// Absolute and without links; `nil`: a stream.
    var path: String?
    var isFolder = false
  }

  /// Opens an archive of images. A file that can be read at any place is listed; anything else is taken apart into the
  /// staging folder.
  func open(_ staging: Staging) throws -> Opened {
    switch self {
    case .descriptor(let raw):
      return Opened(contents: try Self.tar(try Descriptor.borrowing(raw), staging), tag: nil)
    case .path(let path):
      let (path, tag) = Self.split(path)
      let contents: any ArchiveContents
      let isFolder = try FileStatus.of(path).kind == .directory
      if isFolder {
        contents = FolderContents(folder: try Descriptor.open(path, .anchor))
      } else {
        contents = try Self.tar(try Descriptor.open(path), staging)
      }
      return Opened(contents: contents, tag: tag, path: try Linux.resolvedPath(path), isFolder: isFolder)
    }
  }

  /// `layout:tag`, where the part before a colon is there and the whole is not.
  private static func split(_ path: String) -> (path: String, tag: String?) {
    if FileStatus.exists(path) { return (path, nil) }
    for colon in path.indices where path[colon] == ":" && FileStatus.exists(String(path[..<colon])) {
      return (String(path[..<colon]), String(path[path.index(after: colon)...]))
    }
    return (path, nil)
  }

  private static func tar(_ file: Descriptor, _ staging: Staging) throws -> any ArchiveContents {
    let status = try file.status()
    if status.kind == .regular, try file.position() == 0 {
      let source = FileSource(file, at: 0, count: status.size)
      if case (_, .none) = try Compression.open(source) {
        return try TarContents(listing: file, size: status.size)
      }
      return try spooled(FileSource(file, at: 0, count: status.size), of: nil, staging)
    }
    return try spooled(FileSource(stream: file), of: file, staging)
  }

  private static func spooled(_ source: FileSource, of stream: Descriptor?, _ staging: Staging) throws -> TarContents {
    var source: any ByteSource = source
    if let cancellation = staging.cancellation {
      source = CancellableSource(source, cancellation, waitingFor: stream)
    }
    return try TarContents(spooling: Compression.open(source).plain, staging)
  }

  /// `nil`: a stream, or nothing that is there.
  var resolvedPath: String? {
    guard case .path(let path) = self else { return nil }
    return try? Linux.resolvedPath(path)
  }

  /// What goes wrong in `body` is said of the file.
  func blamed<Value>(_ body: () throws -> Value) throws -> Value {
    guard case .path(let path) = self else { return try body() }
    do { return try body() } catch { throw Failure(error, subject: path) }
  }

  /// A single file that holds one layer.
  func layer() throws -> ArchiveMember {
    switch self {
    case .descriptor(let raw):
      return ArchiveMember(file: try Descriptor.borrowing(raw), size: 0, isStream: true)
    case .path(let path):
      let file = try Descriptor.open(path)
      let status = try file.status()
      if status.kind == .directory { throw Failure(.invalidInput, "\(path) is a folder, a tar file was expected") }
      return ArchiveMember(file: file, size: status.size, isStream: status.kind != .regular)
    }
  }
}
