import Glibc
import Linux
import Testing

/// Compares with a file in `Tests/Golden/Networking`. With DAVIT_WRITE_GOLDEN set the file is written instead.
func expectGolden(_ text: String, _ name: String, sourceLocation: Testing.SourceLocation = #_sourceLocation) throws {
  let tests = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
  let path = "/\(tests)/Golden/Networking/\(name)"
  if getenv("DAVIT_WRITE_GOLDEN") != nil {
    try writeAtomically(Array(text.utf8), to: path)
    return
  }
  let golden = String(decoding: try readFile(path), as: UTF8.self)
  #expect(text == golden, "differs from \(path)", sourceLocation: sourceLocation)
}
