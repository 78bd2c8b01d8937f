import Glibc

/// The absolute path of something that is there, without links (realpath(3)). Where it led when it was asked: names in it
/// may lead elsewhere later.
public func resolvedPath(_ path: String) throws(SystemError) -> String {
  guard let real = realpath(path, nil) else { throw SystemError("resolving", path, errno: errno) }
  defer { free(real) }
  return String(cString: real)
}
