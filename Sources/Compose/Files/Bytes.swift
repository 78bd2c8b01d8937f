/// Text is cut at bytes, not at characters: a combining mark after `=` belongs to the value.
extension StringProtocol {
  /// What stands before and after the first such ASCII character, or nil where there is none.
  func cut(at separator: Unicode.Scalar) -> (before: String, after: String)? {
    guard let position = utf8.firstIndex(of: UInt8(ascii: separator)) else { return nil }
    return (String(self[..<position]), String(self[utf8.index(after: position)...]))
  }

  /// The text with every such ASCII character twice.
  func doubling(_ character: Unicode.Scalar) -> String {
    var copy = String()
    copy.reserveCapacity(utf8.count + 8)
    for scalar in unicodeScalars {
      copy.unicodeScalars.append(scalar)
      if scalar == character { copy.unicodeScalars.append(scalar) }
    }
    return copy
  }
}
