import Glibc
import Launch
import Linux

/// Where a program starts.
enum WorkingDirectory {
  /// Enters `path`. As Docker does, first with root's rights and, where those are not enough (a network file system),
  /// once more with the user's: `false` says that this is to be tried again.
  static func enter(_ path: String) throws(LaunchFailure) -> Bool {
    if chdir(path) != 0 {
      if errno == EACCES || errno == EPERM { return false }
      throw LaunchFailure(step: "entering the working directory", path: path, errno: errno)
    }
    try verify(path)
    return true
  }

  /// The directory must be reachable from the root: one that is not, by a descriptor that leaked, is the host's
  /// (CVE-2024-21626). The raw call says so with a path that does not begin with `/`.
  static func verify(_ path: String) throws(LaunchFailure) {
    guard let current = getcwd(nil, 0) else {
      throw LaunchFailure(step: "verifying the working directory", path: path, errno: errno)
    }
    defer { free(current) }
    if current[0] != UInt8(ascii: "/") {
      throw LaunchFailure(step: "the working directory is outside of the container:", path: path)
    }
  }
}
