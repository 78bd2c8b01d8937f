import Diagnostics
import Glibc
import Linux

/// A file of this machine, and the place that it has in a container.
public struct SyncedPath: Hashable, Sendable {
  public var host: String
  public var container: String

  public init(host: String, container: String) {
    self.host = host
    self.container = container
  }
}

extension Engine {
  /// Makes files of a running container like those of this machine, with their owners and modes; what is gone here is
  /// removed there. A file that is there already keeps its identity, so that what watches it sees it change.
  public func sync(_ paths: [SyncedPath], into id: String) throws {
    try host.requirePrivileges()
    let record = try record(id)
    guard case .alive(let state) = LiveState.of(host.container(record.id)), let process = state.process else {
      throw notRunning(record)
    }
    do {
      // Everything the container has mounted is in there; its links lead nowhere else.
      let root = try Descriptor.open("/proc/\(state.pid)/root", .anchor)
      // The number may have gone to another process between the two looks.
      guard !process.waitForEnd(timeout: 0) else { throw notRunning(record) }
      for path in paths { try sync(path, root) }
    } catch {
      throw Failure(error).of(container: record.name)
    }
  }

  private func sync(_ path: SyncedPath, _ root: Descriptor) throws {
    let parts = path.container.split(separator: "/")
    guard let last = parts.last else { throw Failure(.invalidInput, "the root folder cannot be replaced") }
    let (parent, name) = ("/" + parts.dropLast().joined(separator: "/"), FileName(String(last)))
    guard let status = try? FileStatus.of(path.host, following: false) else {
      if let folder = try? root.openInRoot(parent, .anchor) { try folder.removeTree(name) }
      return
    }
    let folder = try root.makeDirectoriesInRoot(parent)
    switch status.kind {
    case .directory: try? folder.makeDirectory(name, mode: status.permissions)
    case .symbolicLink:
      let target = Array(try readLink(path.host).utf8)
      if (try? folder.linkTarget(of: name)) == target { return }
      try folder.removeTree(name)
      try folder.makeSymbolicLink(name, to: target)
      try folder.setOwner(of: name, uid: status.uid, gid: status.gid)
    case .regular:
      let source = try Descriptor.open(path.host)
      let copy = try writable(name, in: folder)
      try source.copyContent(to: copy)
      try folder.setOwner(of: name, uid: status.uid, gid: status.gid)
      try folder.setPermissions(of: name, status.permissions)
    default: break
    }
  }

  /// The file, emptied; in place of whatever else has its name, or of a program that runs.
  private func writable(_ name: FileName, in folder: Descriptor) throws -> Descriptor {
    if let present = try? folder.status(of: name), present.kind != .regular { try folder.removeTree(name) }
    do { return try folder.open(name, [.writeOnly, .create, .truncate, .noFollow]) } catch {
      guard error.errno == ETXTBSY else { throw error }
      try folder.unlink(name)
      return try folder.open(name, [.writeOnly, .create, .exclusive, .noFollow])
    }
  }
}
