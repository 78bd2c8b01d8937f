import Diagnostics

/// The functions of Go's templates and those that docker adds, as far as they make sense on JSON values.
enum TemplateFunction {
  private static let arities: [String: ClosedRange<Int>] = [
    "json": 1...1, "upper": 1...1, "lower": 1...1, "title": 1...1, "len": 1...1, "not": 1...1, "join": 2...2,
    "truncate": 2...2, "split": 2...2, "pad": 3...3, "eq": 2...Int.max, "ne": 2...2, "lt": 2...2, "le": 2...2,
    "gt": 2...2, "ge": 2...2, "index": 1...Int.max,
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
    case "title": return .string(text(0).prefix(1).uppercased() + text(0).dropFirst())
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
    case "print": return .string(arguments.map(\.templateText).joined(separator: " "))
    case "println": return .string(arguments.map(\.templateText).joined(separator: " ") + "\n")
    case "printf": return .string(try Format.apply(arguments))
    case "index": return arguments.dropFirst().reduce(arguments[0]) { $0.element(at: $1) }
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

  /// printf with `%s`, `%q`, `%v`, `%d`, `%t` and widths.
  private enum Format {
    static func apply(_ arguments: [JSONValue]) throws(Failure) -> String {
      guard case .string(let format)? = arguments.first else {
        throw Failure(.invalidInput, "template: printf needs a format")
      }
      var values = arguments.dropFirst()
      var text = ""
      var rest = format[...]
      while let character = rest.popFirst() {
        guard character == "%" else {
          text.append(character)
          continue
        }
        let width = rest.prefix { $0 == "-" || $0.isNumber }
        rest = rest[width.endIndex...]
        let verb = rest.popFirst()
        if verb == "%" {
          text += "%"
          continue
        }
        guard let verb, "sqvdt".contains(verb), let value = values.popFirst() else {
          throw Failure(.unsupported, "template: printf cannot do this with \"\(format)\"")
        }
        let written = verb == "q" ? Quotation.go.quote(value.templateText) : value.templateText
        let blanks = String(repeating: " ", count: max(0, abs(Int(width) ?? 0) - written.count))
        text += width.hasPrefix("-") ? written + blanks : blanks + written
      }
      return text
    }
  }
}
