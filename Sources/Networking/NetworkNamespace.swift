import Diagnostics
import Glibc
import Linux

/// A network namespace that is kept by a descriptor. When the last descriptor closes and no process is in it, the kernel
/// removes it with all its interfaces.
public final class NetworkNamespace: Sendable {
  /// Close-on-exec.
  public let descriptor: Int32

  /// Takes over an open descriptor of a namespace.
  public init(adopting descriptor: Int32) { self.descriptor = descriptor }

  /// The namespace of a running process.
  public convenience init(ofProcess pid: Int32) throws(Failure) {
    try self.init(path: "/proc/\(pid)/ns/net")
  }

  /// The namespace of the calling thread.
  public static func current() throws(Failure) -> NetworkNamespace {
    try NetworkNamespace(path: "/proc/thread-self/ns/net")
  }

  init(path: String) throws(Failure) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(.system, "opening \(path): \(String(cString: strerror(errno)))") }
  }

  deinit { close(descriptor) }
}
