import CLinux
import Glibc

extension Descriptor {
  /// mkdirat(2). `false` when the name is taken already.
  @discardableResult
  public func makeDirectory(_ name: String, mode: UInt32 = 0o755) throws(SystemError) -> Bool {
    do {
      try check("creating directory", name) {
        name.withCString { systemCall(SYS_mkdirat, Int(raw), $0.address, Int(mode)) }
      }
      return true
    } catch {
      if error.errno == EEXIST { return false }
      throw error
    }
  }
}

/// Makes a directory at a trusted path with all its missing parents.
public func makeDirectories(_ path: String, mode: UInt32 = 0o755) throws(SystemError) {
  do {
    try check("creating directory", path) {
      path.withCString { systemCall(SYS_mkdirat, Int(AT_FDCWD), $0.address, Int(mode)) }
    }
  } catch {
    switch error.errno {
    case EEXIST:
      guard try FileStatus.of(path).kind == .directory else { throw error }
    case ENOENT:
      let parent = splitPath(path).folder
      guard parent != path, parent != "." else { throw error }
      try makeDirectories(parent, mode: mode)
      try makeDirectories(path, mode: mode)
    default: throw error
    }
  }
}

/// Makes a directory with a new name that only its owner can enter: mkdtemp(3).
/// - Parameter prefix: of its path.
public func makeTemporaryDirectory(_ prefix: String) throws(SystemError) -> String {
  var template = Array((prefix + "XXXXXX").utf8CString)
  guard mkdtemp(&template) != nil else { throw SystemError("making a directory", prefix, errno: errno) }
  return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
