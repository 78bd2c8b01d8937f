import Glibc
import Launch
import Linux

/// Hides files of /proc and /sys that tell about or change the whole machine. What is put over them was opened on the
/// host and looked at: a /dev/null of the container could be a link to anything (CVE-2025-31133).
struct Masks {
  private let null: Descriptor
  private var emptyDirectory: Descriptor?

  /// Call while the host's tree is still in sight.
  init() throws(LaunchFailure) {
    null = try reporting { () throws(SystemError) in
      let null = try Descriptor.open("/dev/null", [.pathOnly, .noFollow])
      let status = try null.status()
      guard status.kind == .characterDevice, status.major == 1, status.minor == 3 else {
        throw SystemError("verifying", "/dev/null", errno: ENXIO)
      }
      return null
    }
  }

  /// A path that is not there needs no mask.
  mutating func mask(_ path: String, in root: Descriptor) throws(LaunchFailure) {
    guard let place = try Masks.place(path, in: root, step: "masking") else { return }
    do {
      if try place.status().kind != .directory {
        try mount(null.procPath, on: place.procPath, flags: .bind)
      } else if let emptyDirectory {
        try mount(emptyDirectory.procPath, on: place.procPath, flags: .bind)
      } else {
        try mount("tmpfs", on: place.procPath, type: "tmpfs", flags: .readOnly, data: "size=0,nr_inodes=2,mode=755")
        emptyDirectory = try root.openInRoot(path, .anchor)
      }
    } catch { throw LaunchFailure(step: "masking", path: path, errno: error.errno) }
  }

  /// Binds the path onto itself, read-only with all that is below.
  static func makeReadOnly(_ path: String, in root: Descriptor) throws(LaunchFailure) {
    guard let place = try place(path, in: root, step: "making read-only") else { return }
    try during("making read-only", path) { () throws(SystemError) in
      if Kernel.has(.mountAPI), Kernel.has(.mountSetAttributes) {
        do throws(SystemError) {
          let tree = try place.cloneTree(recursive: true)
          try tree.addMountFlags(.readOnly, recursive: true)
          return try tree.moveMount(to: place)
        } catch {
          if error.errno != ENOSYS { throw error }
        }
      }
      try mount(place.procPath, on: place.procPath, flags: [.bind, .recursive])
      try root.openInRoot(path, .pathOnly).addMountFlags(.readOnly)
    }
  }

  private static func place(_ path: String, in root: Descriptor, step: String) throws(LaunchFailure) -> Descriptor? {
    do { return try root.openInRoot(path, .pathOnly) } catch {
      switch error.errno {
      case ENOENT, ENOTDIR: return nil
      default: throw LaunchFailure(step: step, path: path, errno: error.errno)
      }
    }
  }
}
