/// Variable references inside a value (compose specification, 12-interpolation.md): `$NAME`, `${NAME}`, `${NAME:-default}`,
/// `${NAME-default}`, `${NAME:?message}`, `${NAME?message}`, `${NAME:+other}`, `${NAME+other}`, nested at will, `$$` for
/// a dollar. A `$` in front of anything else stands for itself.
struct Template {
  enum Problem: Error, Equatable {
    /// A `${` that begins no reference.
    case invalid(template: String)
    case required(variable: String, message: String)
    /// References inside references inside … deeper than anybody writes.
    case tooDeep
  }

  enum Operator: UInt8 {
    case defaultIfUnset, defaultIfEmpty, requiredIfUnset, requiredIfEmpty, otherIfSet, otherIfFilled
  }

  /// One piece of a template.
  enum Piece {
    case literal(Substring)
    case variable(String)
    case expression(String, Operator, argument: Substring)
    case invalid
  }

  /// The value of a variable, or nil where it is not set.
  let lookup: (String) -> String?
  /// Told of every variable that is used, not set, and has no default.
  let unset: (String) -> Void

  private static let deepest = 40

  func substitute(_ template: String) throws(Problem) -> String {
    guard template.utf8.contains(dollar) else { return template }
    return try substitute(template[...], depth: 0)
  }

  private func substitute(_ template: Substring, depth: Int) throws(Problem) -> String {
    guard depth < Self.deepest else { throw .tooDeep }
    var result = ""
    var rest = template
    while let piece = Self.nextPiece(&rest) {
      switch piece {
      case .literal(let text): result += text
      case .invalid: throw .invalid(template: String(template))
      case .variable(let name):
        if let value = lookup(name) { result += value } else { unset(name) }
      case .expression(let name, let action, let argument):
        result += try value(of: name, action, argument, depth: depth)
      }
    }
    return result
  }

  private func value(
    of name: String, _ action: Operator, _ argument: Substring, depth: Int
  ) throws(Problem) -> String {
    let value = lookup(name)
    let isFilled = value.map { !$0.isEmpty } ?? false
    switch action {
    case .defaultIfUnset: return if let value { value } else { try substitute(argument, depth: depth + 1) }
    case .defaultIfEmpty: return if isFilled { value! } else { try substitute(argument, depth: depth + 1) }
    case .otherIfSet: return value == nil ? "" : try substitute(argument, depth: depth + 1)
    case .otherIfFilled: return isFilled ? try substitute(argument, depth: depth + 1) : value ?? ""
    case .requiredIfUnset:
      if let value { return value }
    case .requiredIfEmpty:
      if isFilled { return value! }
    }
    throw .required(variable: name, message: try substitute(argument, depth: depth + 1))
  }
}

private let dollar = UInt8(ascii: "$")
private let openBrace = UInt8(ascii: "{")
private let closeBrace = UInt8(ascii: "}")
private let colon = UInt8(ascii: ":")
private let newline = UInt8(ascii: "\n")

extension Template {
  /// Takes the next piece off the front, or nil at the end.
  static func nextPiece(_ rest: inout Substring) -> Piece? {
    let bytes = rest.utf8
    guard let start = bytes.firstIndex(of: dollar) else {
      guard !rest.isEmpty else { return nil }
      defer { rest = rest[rest.endIndex...] }
      return .literal(rest)
    }
    if start > bytes.startIndex {
      defer { rest = rest[start...] }
      return .literal(rest[..<start])
    }
    let next = bytes.index(after: start)
    guard next < bytes.endIndex else {
      defer { rest = rest[rest.endIndex...] }
      return .literal(rest)
    }
    switch bytes[next] {
    case dollar:
      rest = rest[bytes.index(after: next)...]
      return .literal("$")
    case openBrace: return reference(in: &rest, from: bytes.index(after: next))
    case let byte where isNameStart(byte):
      let end = bytes[next...].firstIndex { !isNamePart($0) } ?? bytes.endIndex
      defer { rest = rest[end...] }
      return .variable(String(rest[next..<end]))
    default:
      defer { rest = rest[next...] }
      return .literal(rest[..<next])
    }
  }

  /// What follows `${`. The closing brace is on the same line; braces in between pair up.
  private static func reference(in rest: inout Substring, from start: Substring.Index) -> Piece {
    let bytes = rest.utf8
    guard start < bytes.endIndex, isNameStart(bytes[start]) else { return .invalid }
    let nameEnd = bytes[start...].firstIndex { !isNamePart($0) } ?? bytes.endIndex
    let name = String(rest[start..<nameEnd])
    guard nameEnd < bytes.endIndex else { return .invalid }
    if bytes[nameEnd] == closeBrace {
      rest = rest[bytes.index(after: nameEnd)...]
      return .variable(name)
    }
    var at = nameEnd
    let hasColon = bytes[at] == colon
    if hasColon { at = bytes.index(after: at) }
    guard at < bytes.endIndex, let action = action(bytes[at], hasColon: hasColon) else { return .invalid }
    let argumentStart = bytes.index(after: at)
    guard let end = closingBrace(in: rest, from: argumentStart) else { return .invalid }
    defer { rest = rest[bytes.index(after: end)...] }
    return .expression(name, action, argument: rest[argumentStart..<end])
  }

  private static func closingBrace(in text: Substring, from start: Substring.Index) -> Substring.Index? {
    let bytes = text.utf8
    var open = 1
    var last: Substring.Index?
    var at = start
    while at < bytes.endIndex, bytes[at] != newline {
      if bytes[at] == openBrace {
        open += 1
      } else if bytes[at] == closeBrace {
        open -= 1
        if open == 0 { return at }
        last = at
      }
      at = bytes.index(after: at)
    }
    // Braces that do not pair up: the last one on the line closes.
    return last
  }

  private static func action(_ byte: UInt8, hasColon: Bool) -> Operator? {
    switch byte {
    case UInt8(ascii: "-"): hasColon ? .defaultIfEmpty : .defaultIfUnset
    case UInt8(ascii: "?"): hasColon ? .requiredIfEmpty : .requiredIfUnset
    case UInt8(ascii: "+"): hasColon ? .otherIfFilled : .otherIfSet
    default: nil
    }
  }

  static func isNameStart(_ byte: UInt8) -> Bool {
    (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
  }

  static func isNamePart(_ byte: UInt8) -> Bool {
    isNameStart(byte) || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}
