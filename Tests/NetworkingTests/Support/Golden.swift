import Glibc
import Linux
import Testing

/// Compares with a file in `Golden`. With DAVIT_WRITE_GOLDEN set the file is written instead.
func expectGolden(
  _ text: String, _ name: String, file: String = #filePath, sourceLocation: Testing.SourceLocation = #_sourceLocation
) throws {
  let folder = file.split(separator: "/").dropLast().drop { _ in false }.map(String.init)
  let path =
    "/" + (folder.last == "Support" ? folder.dropLast() : folder[...]).joined(separator: "/") + "/Golden/\(name)"
  if getenv("DAVIT_WRITE_GOLDEN") != nil {
    try writeAtomically(Array(text.utf8), to: path)
    return
  }
  let golden = String(decoding: try readFile(path), as: UTF8.self)
  #expect(text == golden, "differs from Golden/\(name)", sourceLocation: sourceLocation)
}
