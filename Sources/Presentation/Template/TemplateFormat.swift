import Diagnostics

/// Go's Sprintf with `%s`, `%q`, `%v`, `%d`, `%t`, `%x`, `%f`, widths and precisions.
enum TemplateFormat {
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
      let flags = rest.prefix { "-0+ ".contains($0) }
      rest = rest[flags.endIndex...]
      let width = rest.prefix(while: \.isNumber)
      rest = rest[width.endIndex...]
      var precision: Int?
      if rest.first == "." {
        let digits = rest.dropFirst().prefix(while: \.isNumber)
        precision = Int(digits) ?? 0
        rest = rest[digits.endIndex...]
      }
      let verb = rest.popFirst()
      if verb == "%" {
        text += "%"
        continue
      }
      guard let verb, let value = values.popFirst(), let written = written(value, verb, precision) else {
        throw Failure(.unsupported, "template: printf cannot do this with \"\(format)\"")
      }
      let filler = flags.contains("0") && !flags.contains("-") ? "0" : " "
      let blanks = String(repeating: filler, count: max(0, (Int(width) ?? 0) - written.count))
      text += flags.contains("-") ? written + blanks : blanks + written
    }
    return text
  }

  /// `nil`: the verb is not for such a value.
  private static func written(_ value: JSONValue, _ verb: Character, _ precision: Int?) -> String? {
    let text = value.templateText
    switch (verb, value) {
    case ("s", _), ("v", _): return precision.map { String(text.prefix($0)) } ?? text
    case ("q", _): return Quotation.go.quote(precision.map { String(text.prefix($0)) } ?? text)
    case ("d", .integer), ("t", .boolean): return text
    case ("x", .integer(let number)): return String(number, radix: 16)
    case ("x", .string(let text)):
      return text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    case ("f", .number(let number)): return decimal(number, precision ?? 6)
    case ("f", .integer(let number)): return decimal(Double(number), precision ?? 6)
    default: return nil
    }
  }

  private static func decimal(_ number: Double, _ digits: Int) -> String? {
    guard digits <= 15, number.magnitude < 1e12 else { return nil }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = String(Int64((number.magnitude * scale).rounded()))
    let padded = String(repeating: "0", count: max(0, digits + 1 - scaled.count)) + scaled
    let sign = number < 0 ? "-" : ""
    return digits == 0 ? sign + padded : "\(sign)\(padded.dropLast(digits)).\(padded.suffix(digits))"
  }
}
