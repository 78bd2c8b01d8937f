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
    root = try Self.mount(lower, writable ? folder.path : nil)
    changes = writable ? try Descriptor.open("\(folder.path)/upper", [.directory]) : nil
    self.folder = folder
  }

  private static func mount(_ lower: [String], _ folder: String?) throws -> Descriptor {
    if Kernel.has(.mountAPI), Kernel.has(.overlayAppendLower) {
      let context = try FileSystemContext("overlay")
      do throws(SystemError) {
        for layer in lower { try context.set("lowerdir+", layer) }
        if let folder {
          try context.set("upperdir", "\(folder)/upper")
          try context.set("workdir", "\(folder)/work")
        }
        return try context.mount()
      } catch { if error.errno != EINVAL { throw error } }
    }
    return try mountAside(lower, folder)
  }

  /// For kernels before 6.5: in a mount namespace of a thread's own, which is gone before this returns.
  private static func mountAside(_ lower: [String], _ folder: String?) throws -> Descriptor {
    var options = "lowerdir=" + lower.joined(separator: ":")
    if let folder { options += ",upperdir=\(folder)/upper,workdir=\(folder)/work" }
    guard options.utf8.count < 4095 else {
      throw Failure(.unsupported, "so many layers can be mounted only by Linux 6.5 and later")
    }
    return try Thread.spawn { [options] in
      try Namespaces.mount.unshare()
      try Linux.mount(on: "/", flags: [.private, .recursive])
      let place = folder.map { "\($0)/none" } ?? lower[lower.count - 1]
      try Linux.mount("overlay", on: place, type: "overlay", data: options)
      return try Descriptor.open(place, .anchor)
    }.join()
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
