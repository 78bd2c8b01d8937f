import CLinux
import Glibc

// xattr(7) of one name in an open directory, of the name itself where it is a symbolic link. The calls know only paths,
// so the directory is reached through /proc/self/fd.
extension Descriptor {
  /// Throws EOPNOTSUPP where the file system, EPERM where the kind of file has no such attributes.
  public func setAttribute(_ attribute: String, _ value: [UInt8], of name: FileName) throws(SystemError) {
    try attributeCall("setting attribute \(attribute) of", name) { path in
      attribute.withCString { attribute in
        value.withUnsafeBytes {
          systemCall(SYS_lsetxattr, path, attribute.address, $0.baseAddress?.address ?? 0, $0.count, 0)
        }
      }
    }
  }

  public func removeAttribute(_ attribute: String, of name: FileName) throws(SystemError) {
    try attributeCall("removing attribute \(attribute) of", name) { path in
      attribute.withCString { systemCall(SYS_lremovexattr, path, $0.address) }
    }
  }

  /// `nil`: there is none of that name.
  public func attribute(_ attribute: String, of name: FileName) throws(SystemError) -> [UInt8]? {
    var value = [UInt8](repeating: 0, count: attributeLimit)
    do {
      let count = try attributeCall("reading attribute \(attribute) of", name) { path in
        attribute.withCString { attribute in
          value.withUnsafeMutableBytes {
            systemCall(SYS_lgetxattr, path, attribute.address, $0.baseAddress!.address, $0.count)
          }
        }
      }
      return Array(value.prefix(count))
    } catch {
      if error.errno == ENODATA || error.errno == EOPNOTSUPP { return nil }
      throw error
    }
  }

  /// All names that the caller may see; empty where the file system has no attributes.
  public func attributes(of name: FileName) throws(SystemError) -> [String] {
    var list = [UInt8](repeating: 0, count: attributeLimit)
    do {
      let count = try attributeCall("listing attributes of", name) { path in
        list.withUnsafeMutableBytes { systemCall(SYS_llistxattr, path, $0.baseAddress!.address, $0.count) }
      }
      return list.prefix(count).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    } catch {
      if error.errno == EOPNOTSUPP { return [] }
      throw error
    }
  }

  @discardableResult
  private func attributeCall(_ step: @autoclosure () -> String, _ name: FileName, _ body: (Int) -> Int)
    throws(SystemError) -> Int
  {
    let path = Array("/proc/self/fd/\(raw)/".utf8CString.dropLast()) + name.terminated
    return try check(step(), "\(name)") { path.withUnsafeBufferPointer { body($0.baseAddress!.address) } }
  }
}

/// The kernel's limit for one value and for the list of names (XATTR_SIZE_MAX, XATTR_LIST_MAX).
private let attributeLimit = 65536
