import Diagnostics
import Linux
import Synchronization

/// A terminal that is not on this machine, as far as its size matters here.
public final class RemoteTerminal: Hashable, Sendable {
  private let known: Mutex<WindowSize?>
  private let changed: (reading: Descriptor, writing: Descriptor)

  public init(size: WindowSize? = nil) throws(Failure) {
    known = Mutex(size)
    do {
      changed = try Descriptor.pipe()
      try changed.writing.setNonBlocking(true)
    } catch { throw error.failure }
  }

  public var size: WindowSize? { known.withLock { $0 } }

  /// From any thread, before or while it is attached.
  public func resize(_ size: WindowSize) {
    known.withLock { $0 = size }
    // A full pipe says already that there is something to be looked at.
    try? changed.writing.writeAll([0])
  }

  /// Readable after each change.
  public var descriptor: Descriptor { changed.reading }

  public static func == (a: RemoteTerminal, b: RemoteTerminal) -> Bool { a === b }

  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
