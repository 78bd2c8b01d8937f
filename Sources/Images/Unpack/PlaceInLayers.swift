import Glibc
import Linux

/// A place inside the file system that unpacked layers make together, found without mounting them.
public enum PlaceInLayers: Sendable {
  /// The parts of a folder, one in each layer that has something of it, topmost first.
  case folder([String])
  /// A file, held.
  case file(Descriptor)

  /// Follows links as a process would whose root the image is.
  /// - Parameter layers: the folders of unpacked layers, topmost first.
  /// - Throws: ENOENT, ENOTDIR, ELOOP.
  public init(_ path: String, in layers: [String]) throws {
    let roots = try layers.map { try Descriptor.open($0, .anchor) }
    let resolved = try Self.resolve(path, LowerLayers { roots })
    if let last = resolved.last, last.found.status.kind != .directory {
      self = .file(try last.found.directory.open(last.name, .pathOnly))
      return
    }
    self = .folder(try Self.parts(of: resolved.map(\.name), in: Array(zip(layers, roots))))
  }

  private typealias Step = (name: FileName, found: LowerLayers.Found)

  /// The path without links, `.` and `..`, with what stands at each step of it.
  private static func resolve(_ path: String, _ layers: LowerLayers) throws -> [Step] {
    var resolved: [Step] = []
    var ahead = components(Array(path.utf8))
    var links = 0
    while let name = ahead.popLast() {
      if name == "." { continue }
      if name == ".." {
        _ = resolved.popLast()
        continue
      }
      if let last = resolved.last, last.found.status.kind != .directory {
        throw SystemError("opening", path, errno: ENOTDIR)
      }
      guard let found = try layers.find(resolved.map(\.name) + [name]) else {
        throw SystemError("opening", path, errno: ENOENT)
      }
      guard found.status.kind == .symbolicLink else {
        resolved.append((name, found))
        continue
      }
      links += 1
      // The kernel's own limit, path_resolution(7).
      guard links <= 40 else { throw SystemError("opening", path, errno: ELOOP) }
      let target = try found.directory.linkTarget(of: found.name)
      if target.first == UInt8(ascii: "/") { resolved = [] }
      ahead += components(target)
    }
    return resolved
  }

  /// Last one first.
  private static func components(_ path: [UInt8]) -> [FileName] {
    path.split(separator: UInt8(ascii: "/")).reversed().map { FileName($0) }
  }

  private static func parts(of path: [FileName], in layers: [(folder: String, root: Descriptor)]) throws -> [String] {
    var parts: [String] = []
    layers: for (folder, root) in layers {
      var directory = root
      var hidesRest = false
      for name in path {
        guard let status = try directory.statusIfPresent(of: name) else { continue layers }
        // A whiteout, or what once stood in the folder's place.
        guard status.kind == .directory else { break layers }
        if try directory.attribute(Overlay.opaque, of: name) == Overlay.yes { hidesRest = true }
        directory = try directory.open(name, .anchor)
      }
      parts.append(([folder] + path.map(\.description)).joined(separator: "/"))
      if hidesRest { break }
    }
    return parts
  }
}
