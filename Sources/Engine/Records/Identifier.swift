import Diagnostics

/// Ids of 64 hexadecimal digits, and the names that people may give.
enum Identifier {
  static func random() -> String {
    // getrandom(2) behind it.
    var source = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      let digits = String(source.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  static func isID(_ text: String) -> Bool {
    text.utf8.count == 64 && isHexadecimal(text)
  }

  static func isHexadecimal(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }

  /// For what is found by its id: anything that a line of text can hold and a path cannot mistake.
  static func requireText(_ name: String, of kind: String) throws(Failure) {
    let isPrintable = name.utf8.allSatisfy { $0 >= 32 && $0 != 127 && $0 != UInt8(ascii: "/") }
    guard (1...255).contains(name.utf8.count), isPrintable, name.first != " ", name.last != " " else {
      throw Failure(.invalidInput, "\"\(name)\" cannot be the name of a \(kind)")
    }
  }

  /// Docker's rule: `[a-zA-Z0-9][a-zA-Z0-9_.-]+`. It also keeps names from leaving their folder.
  static func requireName(_ name: String, of kind: String) throws(Failure) {
    let letters = name.utf8
    func isAlphanumeric(_ c: UInt8) -> Bool {
      (48...57).contains(c) || (65...90).contains(c) || (97...122).contains(c)
    }
    let valid =
      letters.count >= 1 && letters.count <= 255 && isAlphanumeric(letters.first!)
      && letters.dropFirst().allSatisfy { isAlphanumeric($0) || $0 == 95 || $0 == 46 || $0 == 45 }
    guard valid else {
      throw Failure(
        .invalidInput, "\"\(name)\" cannot be the name of a \(kind)",
        hint: "a name begins with a letter or digit and goes on with letters, digits, '_', '.' and '-'")
    }
  }
}
