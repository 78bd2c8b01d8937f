import CLinux
import Glibc

/// A lock on a file that the kernel releases when its holder is gone, however it went (flock(2)).
public final class FileLock: Sendable {
  public enum Mode: Sendable { case exclusive, shared }

  public let descriptor: Descriptor

  /// Waits for the lock. The file is made when missing.
  public init(_ path: String, _ mode: Mode = .exclusive) throws(SystemError) {
    descriptor = try FileLock.openFile(path)
    try FileLock.lock(descriptor, mode == .exclusive ? LOCK_EX : LOCK_SH, path)
  }

  /// The lock when it is free now, else `nil`.
  public init?(trying path: String, _ mode: Mode = .exclusive) throws(SystemError) {
    descriptor = try FileLock.openFile(path)
    do { try FileLock.lock(descriptor, (mode == .exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB, path) } catch {
      if error.errno == EWOULDBLOCK { return nil }
      throw error
    }
  }

  /// Locks a file or directory that is open already; `nil` when another holds it.
  public init?(trying descriptor: Descriptor, _ mode: Mode = .exclusive) throws(SystemError) {
    self.descriptor = descriptor
    do { try FileLock.lock(descriptor, (mode == .exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB, "") } catch {
      if error.errno == EWOULDBLOCK { return nil }
      throw error
    }
  }

  /// Locks a file or directory that is open already, waiting for it. What is locked is the object, whatever its name
  /// becomes meanwhile.
  public init(_ descriptor: Descriptor, _ mode: Mode = .exclusive) throws(SystemError) {
    self.descriptor = descriptor
    try FileLock.lock(descriptor, mode == .exclusive ? LOCK_EX : LOCK_SH, "")
  }

  /// Releases before the end of life.
  public func unlock() { descriptor.close() }

  private static func openFile(_ path: String) throws(SystemError) -> Descriptor {
    try Descriptor.open(path, [.readWrite, .create], mode: 0o600, step: "locking")
  }

  private static func lock(_ file: Descriptor, _ operation: Int32, _ path: String) throws(SystemError) {
    try check("locking", path) { systemCall(SYS_flock, Int(file.raw), Int(operation)) }
  }
}
