import Diagnostics
import Glibc
import Linux
import Spec

/// `storage_opt: {size: …}`: how much a container may write into its own file system, by a project quota on the folder
/// that its changes go to.
struct StorageLimit {
  /// Bytes.
  let size: Int64

  /// - Returns: nil where none is asked for.
  init?(_ options: [String: String]) throws(Failure) {
    guard !options.isEmpty else { return nil }
    for (name, value) in options.sorted(by: { $0.key < $1.key }) {
      guard name == "size" else {
        throw Failure(
          .unsupported, "is not known: `size` is the one option that overlay file systems have",
          subject: "storage_opt.\(name)")
      }
      guard let bytes = Quantity.bytes(value), bytes > 0 else {
        throw Failure(
          .invalidInput, "\"\(value)\" is no size", subject: "storage_opt.size", hint: "write 512m or 10G")
      }
    }
    size = Quantity.bytes(options["size"]!)!
  }

  /// Makes the folders that a container's changes go to, with the limit on both: overlayfs moves files from one into the
  /// other, and files do not move between projects.
  /// - Parameter id: of the container.
  /// - Parameter place: what a person is told where this cannot be done.
  func apply(to folder: String, id: String, in place: String) throws(Failure) {
    do throws(SystemError) {
      var folders: [Linux.Descriptor] = []
      for name in ["upper", "work"] {
        try makeDirectories("\(folder)/\(name)")
        folders.append(try Linux.Descriptor.open("\(folder)/\(name)", [.readOnly, .directory]))
      }
      let project = try Self.freeProject(for: id, on: folders[0])
      try folders[0].setProjectLimit(size, of: project)
      for folder in folders { try folder.setProject(project) }
    } catch {
      guard [ESRCH, ENOSYS, EOPNOTSUPP, ENOTTY, EINVAL].contains(error.errno) else { throw error.failure }
      throw Failure(
        .unsupported, "needs project quotas on the file system of \(place)", subject: "storage_opt.size",
        hint: "mount it with `prjquota` (xfs, or ext4 made with -O quota,project), or leave storage_opt out",
        causes: [error.failure.description])
    }
  }

  /// A project that has no limit yet: random, like the container's id, so that there is nothing to keep in order.
  private static func freeProject(for id: String, on folder: Linux.Descriptor) throws(SystemError) -> UInt32 {
    var project = (UInt32(id.prefix(8), radix: 16) ?? 1) | 1 << 30
    while try folder.projectLimit(project) != 0 { project &+= 1 }
    return project
  }

  /// Takes the limit back, before the folder goes.
  static func clear(_ folder: String) {
    guard let upper = try? Linux.Descriptor.open("\(folder)/upper", [.readOnly, .directory]),
      let project = try? upper.project(), project != 0
    else { return }
    try? upper.setProjectLimit(0, of: project)
  }
}
