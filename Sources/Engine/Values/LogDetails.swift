extension LogEntry {
  /// What `--details` puts before the line: `key=value,…`, as in a URL.
  public var details: String {
    attributes.sorted { $0.key < $1.key }.map { "\(Self.escaped($0.key))=\(Self.escaped($0.value))" }
      .joined(separator: ",")
  }

  /// As in a URL: what separates details cannot be in one.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      let isPlain =
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || [45, 46, 95, 126].contains(byte)
      if isPlain {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += byte == 32 ? "+" : "%" + (digits.utf8.count < 2 ? "0" : "") + digits
      }
    }
    return result
  }
}
