import Diagnostics

/// The functions of Go's templates and those that docker adds, as far as they make sense on JSON values.
enum TemplateFunction {
  private static let arities: [String: ClosedRange<Int>] = [
    "json": 1...1, "upper": 1...1, "lower": 1...1, "title": 1...1, "len": 1...1, "not": 1...1, "join": 2...2,
    "truncate": 2...2, "split": 2...2, "pad": 3...3, "eq": 2...Int.max, "ne": 2...2, "lt": 2...2, "le": 2...2,
    "gt": 2...2, "ge": 2...2, "index": 1...Int.max, "slice": 1...4,
  ]

  static func call(_ name: String, _ arguments: [JSONValue]) throws(Failure) -> JSONValue {
    guard (arities[name] ?? 0...Int.max).contains(arguments.count) else {
      throw Failure(.invalidInput, "template: wrong number of arguments for \(name)")
    }
    func text(_ index: Int) -> String { arguments[index].templateText }

    switch name {
    case "json": return .string(arguments[0].compact)
    case "upper": return .string(text(0).uppercased())
    case "lower": return .string(text(0).lowercased())
    case "title":
      var isInside = false
      let words = text(0).map { character in
        defer { isInside = character.isLetter || character.isNumber || character == "_" }
        return isInside ? String(character) : character.uppercased()
      }
      return .string(words.joined())
    case "len": return .integer(Int64(arguments[0].count))
    case "not": return .boolean(!arguments[0].isTrue)
    case "join": return .string(arguments[0].items.map(\.value.templateText).joined(separator: text(1)))
    case "split": return JSONValue(text(0).split(separator: text(1), omittingEmptySubsequences: false).map(String.init))
    case "truncate":
      guard case .integer(let length) = arguments[1] else { break }
      return .string(String(text(0).prefix(Int(length))))
    case "pad":
      guard case .integer(let before) = arguments[1], case .integer(let after) = arguments[2] else { break }
      return .string(String(repeating: " ", count: Int(before)) + text(0) + String(repeating: " ", count: Int(after)))
    case "print": return .string(Self.printed(arguments))
    case "html": return .string(Self.replaced(Self.printed(arguments), Self.htmlEscapes))
    case "js": return .string(Self.replaced(Self.printed(arguments), Self.scriptEscapes))
    case "urlquery": return .string(Self.escaped(Self.printed(arguments)))
    case "slice": return try Self.slice(arguments[0], arguments.dropFirst())
    case "println": return .string(arguments.map(\.templateText).joined(separator: " ") + "\n")
    case "printf": return .string(try TemplateFormat.apply(arguments))
    case "index":
      var value = arguments[0]
      for key in arguments.dropFirst() {
        if case .array(let elements) = value, case .integer(let place) = key, !elements.indices.contains(Int(place)) {
          throw Failure(.invalidInput, "template: error calling index: index out of range: \(place)")
        }
        value = value.element(at: key)
      }
      return value
    case "eq": return .boolean(arguments.dropFirst().contains { $0.equals(arguments[0]) })
    case "ne": return .boolean(!arguments[0].equals(arguments[1]))
    case "lt": return .boolean(arguments[0].isLess(than: arguments[1]))
    case "le": return .boolean(!arguments[1].isLess(than: arguments[0]))
    case "gt": return .boolean(arguments[1].isLess(than: arguments[0]))
    case "ge": return .boolean(!arguments[0].isLess(than: arguments[1]))
    default: break
    }
    throw Failure(.unsupported, "template: the function \(name) is not defined for these arguments")
  }

  /// As Go's Sprint: blanks between two operands of which neither is a text.
  private static func printed(_ values: [JSONValue]) -> String {
    var text = ""
    for (place, value) in values.enumerated() {
      if place > 0, !value.isText, !values[place - 1].isText { text += " " }
      text += value.templateText
    }
    return text
  }

  /// As Go's JSEscape.
  private static let scriptEscapes: [Character: String] = [
    "\\": "\\\\", "'": "\\'", "\"": "\\\"", "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D",
    "\n": "\\u000A", "\t": "\\u0009", "\r": "\\u000D",
  ]

  private static let htmlEscapes: [Character: String] = [
    "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&#34;", "'": "&#39;",
  ]

  private static func replaced(_ text: String, _ escapes: [Character: String]) -> String {
    text.map { escapes[$0] ?? String($0) }.joined()
  }

  /// As Go's url.QueryEscape.
  private static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      let character = Character(UnicodeScalar(byte))
      if byte < 128, character.isLetter || character.isNumber || "-_.~".contains(character) { return String(character) }
      if byte == 32 { return "+" }
      let digits = String(byte, radix: 16, uppercase: true)
      return digits.count == 1 ? "%0\(digits)" : "%\(digits)"
    }.joined()
  }

  /// `slice x 1 2` is Go's `x[1:2]`; of a text, bytes.
  private static func slice(_ value: JSONValue, _ bounds: ArraySlice<JSONValue>) throws(Failure) -> JSONValue {
    var places: [Int] = []
    for case .integer(let place) in bounds { places.append(Int(place)) }
    let (start, end) = (places.first ?? 0, places.count > 1 ? places[1] : value.count)
    guard places.count == bounds.count, start >= 0, start <= end, end <= value.count else {
      throw Failure(.invalidInput, "template: error calling slice: index out of range")
    }
    switch value {
    case .string(let text): return .string(String(decoding: Array(text.utf8)[start..<end], as: UTF8.self))
    case .array(let elements): return .array(Array(elements[start..<end]))
    default: throw Failure(.invalidInput, "template: error calling slice: only texts and lists have slices")
    }
  }
}

extension JSONValue {
  fileprivate var isText: Bool { if case .string = self { true } else { false } }
}
