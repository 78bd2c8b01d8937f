import Diagnostics
import Glibc
import Images
import Linux

/// The root file system of an image as overlayfs shows it, mounted nowhere: only who has the descriptor sees it.
struct RootView: Sendable {
  let root: Descriptor
  /// What was changed gathers here; `nil`: nothing can be changed.
  let changes: Descriptor?
  /// Goes away with the last that holds it.
  let folder: TemporaryFolder

  /// - Parameter writable: changes are gathered in a folder below `scratch`.
  init(_ layers: [String], scratch: String, writable: Bool) throws {
    let folder = try TemporaryFolder(in: scratch)
    for name in ["upper", "work", "none"] { try makeDirectories("\(folder.path)/\(name)") }
    // overlayfs wants two layers where nothing can be changed, and one where something can.
    let lower = layers + ["\(folder.path)/none"] + (layers.isEmpty && !writable ? ["\(folder.path)/upper"] : [])
    // What a step made is durable with the blob of its layer; a tree from before the machine failed is not used.
    root = try Descriptor.overlay(
      lower, changes: writable ? ("\(folder.path)/upper", "\(folder.path)/work") : nil, isVolatile: true,
      place: "\(folder.path)/none")
    changes = writable ? try Descriptor.open("\(folder.path)/upper", [.directory]) : nil
    self.folder = folder
  }

  /// Takes the view away; what was changed stays as long as `folder` does.
  func finish() -> Descriptor {
    root.close()
    return changes!
  }
}

/// A folder that goes away with the value.
final class TemporaryFolder: Sendable {
  let path: String

  init(in parent: String) throws {
    try makeDirectories(parent, mode: 0o700)
    let holder = try Descriptor.open(parent, .anchor)
    var number: UInt64 = 0
    repeat { number = .random(in: 0 ... .max) } while try !holder.makeDirectory(String(number, radix: 36), mode: 0o700)
    path = "\(parent)/\(String(number, radix: 36))"
  }

  deinit { try? removeTree(path) }
}
