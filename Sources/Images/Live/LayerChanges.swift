import Glibc
import Linux

/// What an upper directory of overlayfs makes of the layers below it, path by path, as `docker diff` tells it.
public struct LayerChange: Hashable, Sendable {
  public enum Kind: Int, Hashable, Sendable {
    case changed, added, deleted

    /// `C`, `A`, `D`
    public var letter: String { ["C", "A", "D"][rawValue] }
  }

  public var kind: Kind
  /// Absolute, in the container.
  public var path: String

  /// - Parameter layers: below, topmost first.
  public static func all(in upper: Descriptor, on layers: [String]) throws -> [LayerChange] {
    let roots = try layers.map { try Descriptor.open($0, .anchor) }
    var walk = Walk(lower: LowerLayers { roots })
    try walk.folder(upper, [], isNew: false)
    return walk.changes
  }

  private struct Walk {
    let lower: LowerLayers
    var changes: [LayerChange] = []

    mutating func folder(_ folder: Descriptor, _ path: [FileName], isNew: Bool) throws {
      let names = try folder.fileNames().map(\.name).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
      for name in names {
        let status: FileStatus
        do { status = try folder.status(of: name) } catch {
          // It was there a moment ago: the container may be running.
          if error.errno == ENOENT { continue }
          throw error
        }
        let here = path + [name]
        if status.isWhiteout {
          note(.deleted, here)
          continue
        }
        let below = isNew ? nil : try lower.find(here)
        note(below == nil ? .added : .changed, here)
        guard status.kind == .directory else { continue }
        let inner = try folder.open(name, [.directory])
        let hides = try folder.attribute(Overlay.opaque, of: name) == Overlay.yes
        if hides, let below, below.status.kind == .directory {
          try deleted(below.directory.open(name, .anchor), in: inner, here)
        }
        try self.folder(inner, here, isNew: below == nil || hides && below?.status.kind != .directory)
      }
    }

    /// A directory that was made anew hides what was in the old one.
    private mutating func deleted(_ old: Descriptor, in new: Descriptor, _ path: [FileName]) throws {
      for (name, _) in try old.fileNames().sorted(by: { $0.name.bytes.lexicographicallyPrecedes($1.name.bytes) })
      where try new.statusIfPresent(of: name) == nil {
        if try !old.status(of: name).isWhiteout { note(.deleted, path + [name]) }
      }
    }

    private mutating func note(_ kind: Kind, _ path: [FileName]) {
      changes.append(LayerChange(kind: kind, path: path.map { "/\($0)" }.joined()))
    }
  }
}
