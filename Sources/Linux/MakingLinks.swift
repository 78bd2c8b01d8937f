import CLinux
import Glibc

extension Descriptor {
  /// symlinkat(2): makes `name` in this directory say `text`. `false` when the name is taken already: it is made with
  /// its content at once, so it serves as a claim that exactly one can win.
  @discardableResult
  public func makeSymbolicLink(_ name: String, saying text: String) throws(SystemError) -> Bool {
    do {
      try check("creating link", name) {
        text.withCString { text in
          name.withCString { systemCall(SYS_symlinkat, text.address, Int(raw), $0.address) }
        }
      }
      return true
    } catch {
      if error.errno == EEXIST { return false }
      throw error
    }
  }
}
