/// Sizes: `512m`, `1.5 GiB`, `64KB`, `1000`; every unit is a power of 1024.
enum ByteSyntax {
  static func parse(_ text: String) throws(SyntaxProblem) -> Int64 {
    if let plain = Int64(text) { return plain }
    let problem = SyntaxProblem(
      "`\(text)` is no size", hint: "write bytes, or a number with b, k, m, g, t or p: `512m`")
    let isPart = { (byte: UInt8) in
      byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: " ")
    }
    guard let lastDigit = text.utf8.lastIndex(where: isPart) else { throw problem }
    let isSpace = text.utf8[lastDigit] == UInt8(ascii: " ")
    let number = isSpace ? text[..<lastDigit] : text[...lastDigit]
    let suffix = text[text.utf8.index(after: lastDigit)...].lowercased()
    guard let value = GoFormat.parseFloat(String(number)), value >= 0 else { throw problem }
    guard let scale = scale(suffix) else { throw problem }
    let bytes = value * scale
    guard bytes < 9.2e18 else { throw SyntaxProblem("the size `\(text)` is too large") }
    return Int64(bytes)
  }

  private static func scale(_ suffix: String) -> Double? {
    guard let letter = suffix.first else { return 1 }
    if letter == "b" { return suffix.count == 1 ? 1 : nil }
    guard let power = ["k": 1, "m": 2, "g": 3, "t": 4, "p": 5][letter] else { return nil }
    guard ["", "b", "ib"].contains(suffix.dropFirst()) else { return nil }
    return Double(1 << (10 * power))
  }
}
