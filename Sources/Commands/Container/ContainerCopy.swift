import Diagnostics
import Engine
import Glibc
import Images
import Linux
import Synchronization

/// Copies files into a container and out of it, with the rules of `docker cp` for what is made where.
struct ContainerCopy: Sendable {
  var engine: Engine
  var keepsOwners = false
  /// A link at the end of the source's path is followed.
  var followsLink = false

  /// Where something is to be put: a folder that is there, and the name in it; `nil`: what is in the source goes into it.
  struct Place: Equatable {
    var folder: String
    var name: String?

    /// - Parameters:
    ///   - path: as it was written.
    ///   - isFolder: what stands there is a folder; `nil`: nothing stands there.
    init(_ path: String, isFolder: Bool?, source: String, sourceIsFolder: Bool) throws(Failure) {
      let (parent, last) = splitPath(Place.trimmed(path))
      switch isFolder {
      case true?:
        folder = path
        name = sourceIsFolder && (source.hasSuffix("/.") || source == ".") ? nil : splitPath(Place.trimmed(source)).name
      case false?:
        guard !sourceIsFolder else { throw Failure(.conflict, "cannot copy directory", subject: path) }
        (folder, name) = (parent, last)
      case nil:
        guard sourceIsFolder || !path.hasSuffix("/") else {
          throw Failure(.notFound, "no such directory", subject: path)
        }
        (folder, name) = (parent, last)
      }
      if name == "" || name == "/" || name == ".." || name == "." { name = nil }
    }

    private static func trimmed(_ path: String) -> String {
      var path = path
      while path.utf8.count > 1, path.hasSuffix("/") || path.hasSuffix("/.") { path.removeLast() }
      return path
    }
  }

  /// - Parameter target: a path here, or `-` for a tar archive on standard output.
  /// - Returns: bytes that were copied; `nil` for an archive.
  func fetch(_ path: String, from container: String, to target: String) throws -> Int64? {
    guard target != "-" else {
      guard isatty(1) != 1 else {
        throw Failure(.invalidInput, "refusing to write an archive to a terminal", hint: "redirect standard output")
      }
      let output = BufferedOutput(Descriptor(owning: 1))
      try engine.archive(path, of: container, follows: followsLink) { try output.write($0) }
      try output.flush()
      return nil
    }
    let status = try engine.status(of: path, in: container)
    let source = followsLink && !status.linkTarget.isEmpty ? status.linkTarget : path
    let found = source == path ? status : try engine.status(of: source, in: container)
    let there = try? FileStatus.of(target)
    let place = try Place(
      target, isFolder: there.map { $0.kind == .directory }, source: path, sourceIsFolder: found.kind == .directory)
    let folder: Descriptor
    do { folder = try Descriptor.open(place.folder, .anchor) } catch {
      throw Failure(.notFound, "no such directory", subject: place.folder)
    }
    var options = TreeExtraction.Options()
    options.keepsKinds = true
    if !keepsOwners { options.owner = (geteuid(), getegid()) }
    // Every entry is resolved inside the folder, so no link from the container leads out of it.
    let extraction = TreeExtraction(into: "/", of: folder, options)
    let member = path.hasSuffix("/.") || path == "." ? "." : status.name
    try extraction.rename(member, to: place.name ?? ".")
    let (follows, engine) = (followsLink, engine)
    return try through({ write in
      try engine.archive(path, of: container, follows: follows) { try write($0) }
    }) { try extraction.extract($0) }
  }

  /// - Parameter source: a path here, or `-` for a tar archive on standard input.
  func send(_ source: String, to container: String, at path: String) throws -> Int64? {
    var options = TreeExtraction.Options()
    options.keepsKinds = true
    guard source != "-" else {
      try engine.extract(FileSource(stream: standardInput()), to: path, of: container, options)
      return nil
    }
    let local: FileStatus
    do { local = try FileStatus.of(source, following: followsLink || source.hasSuffix("/")) } catch {
      throw Failure(.notFound, "no such file or directory", subject: source)
    }
    let place = try Place(
      path, isFolder: try isFolder(path, in: container), source: source, sourceIsFolder: local.kind == .directory)
    let archive = LocalTree(path: source, status: local, name: place.name ?? ".")
    let (engine, asked) = (engine, options)
    return try through(archive.write) { try engine.extract($0, to: place.folder, of: container, asked) }
  }

  private func standardInput() throws -> Descriptor {
    let own = Descriptor(owning: 0)
    defer { _ = own.release() }
    return try own.duplicate()
  }

  /// What stands at a path in a container, links followed; `nil`: nothing.
  private func isFolder(_ path: String, in container: String) throws -> Bool? {
    do {
      let status = try engine.status(of: path, in: container)
      guard status.kind == .symbolicLink else { return status.kind == .directory }
      return try isFolder(status.linkTarget, in: container)
    } catch let failure as Failure where failure.code == .notFound {
      // A container that is not there is another matter.
      _ = try engine.container(container)
      return nil
    }
  }

  /// One thread writes an archive, this one reads it.
  /// - Returns: the archive's bytes.
  private func through(
    _ write: @escaping @Sendable (@escaping @Sendable (UnsafeRawBufferPointer) throws -> Void) throws -> Void,
    _ read: (FileSource) throws -> Void
  ) throws -> Int64 {
    let (reading, writing) = try Descriptor.pipe()
    let count = Counter()
    let signals: SignalSet = [SIGPIPE]
    signals.block()
    defer { signals.unblock() }
    let writer = try Thread.spawn {
      defer { writing.close() }
      let output = BufferedOutput(writing)
      try write { piece in
        count.value.withLock { $0 += Int64(piece.count) }
        try output.write(piece)
      }
      try output.flush()
    }
    let result = Result { try read(FileSource(stream: reading)) }
    reading.close()
    do { try writer.join() } catch {
      // Who stops reading makes the writer fail; why it stopped is what counts.
      try result.get()
      throw error
    }
    try result.get()
    return count.value.withLock { $0 }
  }

  private final class Counter: Sendable { let value = Mutex<Int64>(0) }
}

/// A file or folder of this machine, to be archived under another name.
private struct LocalTree: Sendable {
  var path: String
  var status: FileStatus
  var name: String

  func write(_ write: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void) throws {
    let archive = TreeArchive(write)
    if status.kind == .directory {
      try archive.add(folder: Descriptor.open(path, [.directory]), as: Array(name.utf8))
    } else {
      // With -L the link's target is what is archived.
      let real = realpath(path, nil)
      defer { free(real) }
      let isLink = (try? FileStatus.of(path, following: false))?.kind == .symbolicLink
      let place = isLink && status.kind != .symbolicLink ? real.map { String(cString: $0) } ?? path : path
      let (folder, last) = splitPath(place)
      try archive.add(FileName(last), of: Descriptor.open(folder, .anchor), as: Array(name.utf8))
    }
    try archive.finish()
  }
}
