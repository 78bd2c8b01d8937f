import Diagnostics
import Glibc
import Linux

/// What stands at a path in a container, as Docker's `HEAD /containers/{id}/archive` tells it.
public struct PathStatus: Hashable, Sendable {
  /// The last part of the path.
  public var name: String
  /// Bytes.
  public var size: Int64
  public var kind: FileStatus.Kind
  /// Permission bits with setuid, setgid and sticky.
  public var permissions: UInt32
  public var modified: Timestamp
  /// Where a symbolic link leads, as an absolute path in the container; else empty.
  public var linkTarget: String

  /// The mode as Go's `os.FileMode` has it, which is what clients of Docker's API read.
  public var goMode: UInt32 {
    let kindBits: UInt32 =
      switch kind {
      case .directory: 1 << 31
      case .symbolicLink: 1 << 27
      case .blockDevice: 1 << 26
      case .characterDevice: 1 << 26 | 1 << 21
      case .fifo: 1 << 25
      case .socket: 1 << 24
      case .regular: 0
      }
    var bits = kindBits | permissions & 0o777
    if permissions & 0o4000 != 0 { bits |= 1 << 23 }
    if permissions & 0o2000 != 0 { bits |= 1 << 22 }
    if permissions & 0o1000 != 0 { bits |= 1 << 20 }
    return bits
  }
}

/// A place in a container, found and held.
struct ContainerPlace {
  /// The folder that it is in.
  var parent: Descriptor
  /// `nil`: the root itself, or what a path that ends in a slash or `.` means.
  var name: FileName?
  /// The thing itself, where it is a folder.
  var folder: Descriptor?
  var status: PathStatus

  /// - Parameter follows: what a symbolic link at the end of the path leads to is meant.
  /// - Throws: `.notFound`, in Docker's words.
  init(_ path: String, in root: Descriptor, follows: Bool = false, container: String) throws {
    let missing = Failure(.notFound, "Could not find the file \(path) in container \(container)")
    do throws(SystemError) {
      let parts = path.split(separator: "/").filter { $0 != "." }
      let endsInFolder = path.isEmpty || path.hasSuffix("/") || path.hasSuffix("/.") || path == "."
      guard let last = parts.last, last != "..", !endsInFolder, !follows else {
        let found = try root.openInRoot("/" + path, .pathOnly)
        let status = try found.status()
        if endsInFolder, status.kind != .directory { throw SystemError("opening", path, errno: ENOTDIR) }
        guard status.kind == .directory else {
          // A link that was followed to a file: that file, under its own name, in the folder that it is in.
          let target = ContainerPlace.resolve(path, in: root)
          self = try ContainerPlace(lexical: target, in: root)
          self.status.name = parts.last.map(String.init) ?? "/"
          return
        }
        parent = try root.openInRoot("/" + path, .anchor)
        folder = parent
        self.status = PathStatus(parts.last.map(String.init) ?? "/", status)
        return
      }
      self = try ContainerPlace(lexical: "/" + parts.joined(separator: "/"), in: root)
      if status.kind == .symbolicLink { status.linkTarget = ContainerPlace.resolve(path, in: root) }
    } catch {
      guard [ENOENT, ENOTDIR, ELOOP].contains(error.errno) else { throw error }
      throw missing
    }
  }

  /// The last part of the path is not followed.
  private init(lexical path: String, in root: Descriptor) throws(SystemError) {
    let (parentPath, name) = splitPath(path)
    parent = try root.openInRoot(parentPath, .anchor)
    self.name = FileName(name)
    let status = try parent.status(of: FileName(name))
    if status.kind == .directory { folder = try parent.open(FileName(name), [.directory]) }
    self.status = PathStatus(name, status)
  }

  /// The path without symbolic links, as far as it leads to something.
  static func resolve(_ path: String, in root: Descriptor) -> String {
    var done: [String] = []
    var pending = Array(path.split(separator: "/").map(String.init).reversed())
    var links = 0
    while let part = pending.popLast() {
      if part == "." { continue }
      if part == ".." {
        _ = done.popLast()
        continue
      }
      let here = "/" + (done + [part]).joined(separator: "/")
      if links < 40, let place = try? root.openInRoot(here, [.pathOnly, .noFollow]),
        let target = try? place.readLink("")
      {
        links += 1
        if target.hasPrefix("/") { done = [] }
        pending += target.split(separator: "/").map(String.init).reversed()
      } else {
        done.append(part)
      }
    }
    return "/" + done.joined(separator: "/")
  }
}

extension PathStatus {
  init(_ name: String, _ status: FileStatus) {
    self.init(
      name: name, size: status.size, kind: status.kind, permissions: status.permissions, modified: status.modified,
      linkTarget: "")
  }
}
