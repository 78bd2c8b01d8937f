import Glibc
import Linux

/// What a layer stands on, seen as overlayfs would show it. Asked only for what a layer cannot say itself: the attributes
/// of directories that it does not name, and files of lower layers that it links to.
struct LowerLayers: Sendable {
  /// The roots of the unpacked lower layers, topmost first. May wait until they are unpacked.
  let roots: @Sendable () throws -> [Descriptor]
  /// Whether `roots` need not wait.
  let areThere: @Sendable () -> Bool

  init(areThere: @escaping @Sendable () -> Bool = { true }, roots: @escaping @Sendable () throws -> [Descriptor]) {
    self.roots = roots
    self.areThere = areThere
  }

  struct Found {
    var directory: Descriptor
    var name: FileName
    var status: FileStatus
  }

  /// What stands at the path (no link is followed); `nil`: nothing, or it was removed.
  func find(_ path: [FileName]) throws -> Found? {
    for root in try roots() {
      var directory = root
      var hidesRest = false
      for (depth, name) in path.enumerated() {
        guard let status = try directory.statusIfPresent(of: name) else { break }
        if status.isWhiteout { return nil }
        if depth == path.count - 1 { return Found(directory: directory, name: name, status: status) }
        // A file or a link here hides directories of that name further down.
        guard status.kind == .directory else { return nil }
        if try directory.attribute(Overlay.opaque, of: name) == Overlay.yes { hidesRest = true }
        directory = try directory.open(name, .anchor)
      }
      if hidesRest { return nil }
    }
    return nil
  }
}

/// How overlayfs marks what a layer takes away (Documentation/filesystems/overlayfs.rst, "whiteouts and opaque
/// directories").
enum Overlay {
  static let opaque = "trusted.overlay.opaque"
  static let yes: [UInt8] = [UInt8(ascii: "y")]
}

extension FileStatus {
  var isWhiteout: Bool { kind == .characterDevice && major == 0 && minor == 0 }
}

extension Descriptor {
  /// `nil`: there is nothing of that name.
  func statusIfPresent(of name: FileName) throws -> FileStatus? {
    do { return try status(of: name) } catch {
      if error.errno == ENOENT { return nil }
      throw error
    }
  }
}
