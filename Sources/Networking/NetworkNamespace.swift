import Diagnostics
import Linux

/// A network namespace that is kept by a descriptor. When the last descriptor closes and no process is in it, the kernel
/// removes it with all its interfaces.
public final class NetworkNamespace: Sendable {
  public let descriptor: Descriptor

  /// Takes over an open descriptor of a namespace.
  public init(owning descriptor: Descriptor) { self.descriptor = descriptor }

  /// The namespace of a running process.
  public convenience init(ofProcess pid: Int32) throws(Failure) { try self.init(path: "/proc/\(pid)/ns/net") }

  /// The namespace of the calling thread.
  public static func current() throws(Failure) -> NetworkNamespace {
    try NetworkNamespace(path: "/proc/thread-self/ns/net")
  }

  private init(path: String) throws(Failure) {
    do { descriptor = try Descriptor.open(path, step: "opening network namespace") } catch { throw error.failure }
  }

  /// A fresh namespace, in which even `lo` is down. The calling thread stays where it is.
  static func make() throws(Failure) -> NetworkNamespace {
    try current().returning { () throws(Failure) in
      do throws(SystemError) { try Namespaces.network.unshare() } catch {
        throw error.during("making a network namespace").failure
      }
      return try current()
    }
  }

  /// Runs `body` with the calling thread inside the namespace: sockets that it opens and files below /proc/sys/net that it
  /// touches are the namespace's.
  func inside<Value>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
    try NetworkNamespace.current().returning { () throws(Failure) in
      do throws(SystemError) { try descriptor.join(.network) } catch {
        throw error.during("entering a network namespace").failure
      }
      return try body()
    }
  }

  /// Runs `body` and comes back to this namespace. A thread that could not come back would work on the wrong network, so
  /// that ends the program; it needs no more than the privilege that leaving needed.
  private func returning<Value>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
    defer {
      do { try descriptor.join(.network) } catch { fatalError("the thread cannot leave a network namespace: \(error)") }
    }
    return try body()
  }
}
