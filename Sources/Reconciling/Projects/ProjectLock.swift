import Diagnostics
import Glibc
import Linux

extension ProjectFolder {
  /// Waits until no other command works on the project.
  /// - Parameter blocked: called once, with the process id of the other command if it is known.
  /// - Returns: the lock; it ends with the value, or with the process.
  func lock(_ cancellation: Cancellation?, blocked: (Int32?) -> Void) throws(Failure) -> FileLock {
    let file = "\(path)/lock"
    var told = false
    do {
      while true {
        try makeDirectories(path, mode: 0o700)
        if let lock = try FileLock(trying: file) {
          // The file may have been removed with the project while this one was opened.
          guard let there = try? FileStatus.of(file), there.inode == (try lock.descriptor.status()).inode else {
            continue
          }
          try Descriptor.open(file, [.writeOnly, .truncate]).writeAll("\(getpid())\n")
          return lock
        }
        if !told { blocked((try? readText(file)).flatMap { Int32($0) }) }
        told = true
        try cancellation?.check()
        pause(cancellation)
      }
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(.system, "locking failed", subject: "project \(splitPath(path).name)", causes: ["\(error)"])
    }
  }

  private func pause(_ cancellation: Cancellation?) {
    let nanoseconds: Int64 = 50_000_000
    if let cancellation {
      _ = cancellation.sleep(nanoseconds: nanoseconds)
    } else {
      Monotonic.sleep(nanoseconds: nanoseconds)
    }
  }
}
