import Diagnostics
import Glibc
import Linux

/// A folder of names that each belong to one owner: symbolic links whose target says whose they are.
struct ExclusiveNames: Sendable {
  var directory: String

  /// Takes a name, also from an owner that is gone.
  /// - Returns: the owner that has it already; `nil`: it is `owner`'s now.
  func claim(_ name: String, for owner: String, isStale: (String) -> Bool) throws(Failure) -> String? {
    let path = "\(directory)/\(name)"
    while true {
      if symlink(owner, path) == 0 { return nil }
      switch errno {
      case EEXIST:
        guard let holder = target(of: path) else { continue }
        if holder == owner { return nil }
        guard isStale(holder) else { return holder }
        try replace(path, of: holder, by: owner)
      case ENOENT:
        do throws(SystemError) { try makeDirectories(directory) } catch { throw error.failure }
      default: throw SystemError("claiming", path, errno: errno).failure
      }
    }
  }

  /// Under a lock of the folder, so that of two that find the same dead owner only one takes its place.
  private func replace(_ path: String, of holder: String, by owner: String) throws(Failure) {
    do throws(SystemError) {
      let lock = try FileLock(try Descriptor.open(directory, [.directory], step: "locking"))
      defer { lock.unlock() }
      guard target(of: path) == holder else { return }
      unlink(path)
      _ = symlink(owner, path)
    } catch { throw error.failure }
  }

  /// Removes a name if it is still `owner`'s.
  func remove(_ name: String, of owner: String) {
    let path = "\(directory)/\(name)"
    if target(of: path) == owner { unlink(path) }
  }

  /// Owners by name. A folder that is missing is empty.
  func all() throws(Failure) -> [String: String] {
    let names: [String]
    do throws(SystemError) { names = try listDirectory(directory) } catch {
      if error.errno == ENOENT { return [:] }
      throw error.failure
    }
    var owners: [String: String] = [:]
    for name in names { owners[name] = target(of: "\(directory)/\(name)") }
    return owners
  }

  private func target(of path: String) -> String? { try? readLink(path) }
}
