import Glibc
import Linux

/// A folder of its own for a test, gone afterwards.
@discardableResult
func withFolder<Value>(_ body: (String) throws -> Value) throws -> Value {
  var template = Array("/tmp/davit-shim-XXXXXX".utf8CString)
  let folder = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
  defer { try? removeTree(folder) }
  return try body(folder)
}
