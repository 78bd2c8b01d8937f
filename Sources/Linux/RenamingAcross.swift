import CLinux
import Glibc

extension Descriptor {
  /// Moves `name` of this directory to a trusted path on the same file system, over a file or an empty directory there.
  public func rename(_ name: String, toPath path: String) throws(SystemError) {
    try check("renaming to", path) {
      name.withCString { from in
        path.withCString { systemCall(SYS_renameat2, Int(raw), from.address, Int(AT_FDCWD), $0.address, 0) }
      }
    }
  }
}
