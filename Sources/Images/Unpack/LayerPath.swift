import Diagnostics
import Linux

/// A member's place in the root file system: names from the root down, none of them `.` or `..`.
enum LayerPath {
  /// PATH_MAX of the kernel.
  static let limit = 4096

  /// Slashes at either end and in a row, and `.`, mean nothing; `..` takes a name back. Throws where it would climb out.
  static func names(_ path: [UInt8]) throws -> [FileName] {
    guard path.count < limit else { throw Failure(.corrupt, "a path of \(path.count) bytes is too long") }
    var names: [FileName] = []
    for part in path.split(separator: UInt8(ascii: "/")) {
      if part.elementsEqual([46]) { continue }
      if part.elementsEqual([46, 46]) {
        guard names.popLast() != nil else { throw Failure(.corrupt, "the name leads out of the image") }
        continue
      }
      names.append(FileName(part))
    }
    return names
  }
}
