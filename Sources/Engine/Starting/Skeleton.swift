import Diagnostics
import Linux
import Synchronization

/// The lowest layer of every root, below the image's. It shows only where the image has nothing: places to mount on,
/// which would otherwise be made in every container's own layer, and copied up into it with their folders.
final class Skeleton: Sendable {
  private let isMade = Mutex(false)

  /// Makes what is missing of it; once by each process.
  func make(_ host: Host) throws {
    try isMade.withLock { isMade in
      if isMade { return }
      for name in ["dev", "proc", "sys", "etc"] { try makeDirectories("\(host.skeleton)/\(name)") }
      let folder = try Descriptor.open("\(host.skeleton)/etc", .anchor)
      for name in ["hosts", "hostname", "resolv.conf"] {
        try folder.open(name, [.writeOnly, .create], mode: 0o644).close()
      }
      try makeDirectories(host.mountPoint, mode: 0o700)
      isMade = true
    }
  }
}
