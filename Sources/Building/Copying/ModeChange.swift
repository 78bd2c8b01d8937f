import Diagnostics

/// The value of `--chmod`: an octal number, or changes as chmod(1) has them (`u=rwX,go-w`).
struct ModeChange: Sendable {
  private struct Clause {
    /// Bits of the classes that are meant: 0o4700, 0o2070, 0o1007.
    var who: UInt32
    var operation: Character
    var bits: UInt32
    /// `X`: execution only for folders and what somebody may execute already.
    var executesConditionally: Bool
    /// `u`, `g` or `o`: the class whose bits are taken over.
    var copiesFrom: Character?
  }

  let text: String
  private let number: UInt32?
  private let clauses: [Clause]

  init(_ text: String) throws(Failure) {
    self.text = text
    if let number = UInt32(text, radix: 8), text.allSatisfy(\.isNumber) {
      guard number <= 0o7777 else { throw Self.failure(text) }
      self.number = number
      clauses = []
      return
    }
    number = nil
    var clauses: [Clause] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      var rest = Substring(part)
      var who: UInt32 = 0
      while let letter = rest.first, "ugoa".contains(letter) {
        who |= letter == "a" ? 0o7777 : Self.mask(letter)
        rest.removeFirst()
      }
      guard let first = rest.first, "+-=".contains(first) else { throw Self.failure(text) }
      while let operation = rest.first {
        guard "+-=".contains(operation) else { throw Self.failure(text) }
        rest.removeFirst()
        var clause = Clause(
          who: who == 0 ? 0o7777 : who, operation: operation, bits: 0, executesConditionally: false)
        while let letter = rest.first, !"+-=".contains(letter) {
          rest.removeFirst()
          switch letter {
          case "r": clause.bits |= 0o444
          case "w": clause.bits |= 0o222
          case "x": clause.bits |= 0o111
          case "X": clause.executesConditionally = true
          case "s": clause.bits |= 0o6000
          case "t": clause.bits |= 0o1000
          case "u", "g", "o": clause.copiesFrom = letter
          default: throw Self.failure(text)
          }
        }
        clauses.append(clause)
      }
    }
    self.clauses = clauses
  }

  private static func failure(_ text: String) -> Failure {
    Failure(
      .invalidInput, "invalid chmod parameter: '\(text)'. it should be octal string and between 0 and 07777",
      subject: "--chmod", hint: "or changes as chmod(1) has them, such as u=rwX,go=rX")
  }

  private static func mask(_ letter: Character) -> UInt32 {
    switch letter {
    case "u": 0o4700
    case "g": 0o2070
    default: 0o1007
    }
  }

  /// The permissions of something that has some already.
  func applied(to mode: UInt32, isFolder: Bool) -> UInt32 {
    if let number { return number }
    var mode = mode
    for clause in clauses {
      var bits = clause.bits
      if clause.executesConditionally, isFolder || mode & 0o111 != 0 { bits |= 0o111 }
      switch clause.copiesFrom {
      case "u": bits |= (mode >> 6 & 7) * 0o111
      case "g": bits |= (mode >> 3 & 7) * 0o111
      case "o": bits |= (mode & 7) * 0o111
      default: break
      }
      bits &= clause.who
      switch clause.operation {
      case "+": mode |= bits
      case "-": mode &= ~bits
      default: mode = mode & ~clause.who | bits
      }
    }
    return mode
  }
}
