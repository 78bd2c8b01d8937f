import Diagnostics

/// One rendering of a template.
struct TemplateEvaluation {
  /// Templates may use themselves, but not without end.
  private static let deepest = 500

  private var root: JSONValue
  private let types: TemplateTypes
  private let definitions: [String: [Template.Node]]
  private var depth = 0
  var output = ""
  private var variables: [String: JSONValue] = [:]

  init(root: JSONValue, _ types: TemplateTypes, _ definitions: [String: [Template.Node]]) {
    self.root = root
    self.types = types
    self.definitions = definitions
  }

  /// How a body ended: at its end, or by one of the words that leave a `range`.
  private enum End { case reached, goesOn, left }

  mutating func run(_ nodes: [Template.Node], dot: JSONValue) throws(Failure) { _ = try walk(nodes, dot: dot) }

  private mutating func walk(_ nodes: [Template.Node], dot: JSONValue) throws(Failure) -> End {
    for node in nodes {
      var end = End.reached
      switch node {
      case .text(let text): output += text
      case .output(let expression):
        let value = try value(of: expression, dot)
        output += value == .null ? Self.nothing(of: expression) : value.templateText
      case .assign(let name, let expression): variables[name] = try value(of: expression, dot)
      case .condition(let branches):
        for (condition, body) in branches {
          if let condition, try !value(of: condition, dot).isTrue { continue }
          end = try walk(body, dot: dot)
          break
        }
      case .with(let expression, let body, let otherwise):
        let inner = try value(of: expression, dot)
        end = try inner.isTrue ? walk(body, dot: inner) : walk(otherwise, dot: dot)
      case .template(let name, let expression):
        try use(name, try expression.map { expression throws(Failure) in try value(of: expression, dot) } ?? .null)
      case .leave(let goesOn): return goesOn ? .goesOn : .left
      case .range(let key, let element, let over, let body, let otherwise):
        let items = try value(of: over, dot).items
        if items.isEmpty { end = try walk(otherwise, dot: dot) }
        for (itemKey, item) in items {
          if let key { variables[key] = itemKey }
          if let element { variables[element] = item }
          if try walk(body, dot: item) == .left { break }
        }
      }
      if end != .reached { return end }
    }
    return .reached
  }

  /// What is defined sees the value alone, and no variable of where it is used.
  private mutating func use(_ name: String, _ value: JSONValue) throws(Failure) {
    guard let body = definitions[name] else {
      throw Failure(.invalidInput, "template: template \"\(name)\" not defined")
    }
    guard depth < Self.deepest else { throw Failure(.invalidInput, "template: \"\(name)\" uses itself without end") }
    let (outer, known) = (root, variables)
    (root, variables) = (value, [:])
    depth += 1
    defer {
      (root, variables) = (outer, known)
      depth -= 1
    }
    _ = try walk(body, dot: value)
  }

  private func value(of expression: Template.Expression, _ dot: JSONValue) throws(Failure) -> JSONValue {
    switch expression {
    case .literal(let value): return value
    case .field(let names): return try member(names, of: dot)
    case .variable(let name, let names):
      guard let value = name.isEmpty ? root : variables[name] else {
        throw Failure(.invalidInput, "template: undefined variable \"$\(name)\"")
      }
      return try member(names, of: value)
    case .member(let inner, let names): return try member(names, of: value(of: inner, dot))
    case .method(let names, let arguments):
      // The one method that takes an argument in docker's rows reads a label.
      guard names.last == "Label", arguments.count == 1, case .string(let key) = try value(of: arguments[0], dot)
      else { throw Failure(.invalidInput, "template: \(names.joined(separator: ".")) takes no arguments") }
      let labels = try member(names.dropLast() + ["Labels"], of: dot)
      return .string(Self.label(key, in: labels))
    case .call("and", let arguments):
      return try firstWhere(arguments, dot) { !$0.isTrue }
    case .call("or", let arguments):
      return try firstWhere(arguments, dot) { $0.isTrue }
    case .call(let name, let arguments):
      var values: [JSONValue] = []
      for argument in arguments { values.append(try value(of: argument, dot)) }
      let result = try TemplateFunction.call(name, values)
      // Of a mapping of texts, what is not there is an empty one.
      if result == .null, name == "index", values.count == 2, case .texts? = Self.kind(of: arguments[0]) {
        return .string("")
      }
      return result
    }
  }

  /// What a field holds by its name, where the expression ends with one.
  private static func kind(of expression: Template.Expression) -> TemplateTypes.Kind? {
    switch expression {
    case .field(let names), .variable(_, let names), .member(_, let names):
      // A key that somebody chose may have any name.
      if names.count > 1, let holder = TemplateTypes.kind(of: names[names.count - 2]), holder.isMapping { return nil }
      return names.last.flatMap { TemplateTypes.kind(of: $0) }
    case .literal, .call, .method: return nil
    }
  }

  private static func nothing(of expression: Template.Expression) -> String {
    kind(of: expression)?.nothing ?? JSONValue.null.templateText
  }

  /// `and` and `or` look no further than they must.
  private func firstWhere(_ arguments: [Template.Expression], _ dot: JSONValue, _ test: (JSONValue) -> Bool)
    throws(Failure) -> JSONValue
  {
    var last = JSONValue.null
    for argument in arguments {
      last = try value(of: argument, dot)
      if test(last) { return last }
    }
    return last
  }

  private func member(_ names: some Sequence<String>, of value: JSONValue) throws(Failure) -> JSONValue {
    var current = value
    // Keys that people choose: one that is not there is no mistake, and has nothing in it.
    var isChosen = false
    for name in names {
      defer { isChosen = isChosen && current == .null || TemplateTypes.kind(of: name)?.isMapping == true }
      if isChosen, current == .null { continue }
      guard case .object(let members) = current else {
        throw Failure(.invalidInput, "template: .\(name) is asked of something that has no fields")
      }
      guard let member = members.first(where: { $0.key == name }) else {
        if isChosen {
          current = .null
          continue
        }
        if types.optional.contains(name), let kind = TemplateTypes.kind(of: name) {
          current = kind.zero
          continue
        }
        let known = members.map(\.key).sorted().joined(separator: ", ")
        throw Failure(
          .invalidInput, "template: there is no field .\(name)", hint: known.isEmpty ? nil : "known are: \(known)")
      }
      current = member.value
    }
    return current
  }

  /// Labels are a mapping in `inspect` and one text with commas in the rows of `ps`.
  private static func label(_ key: String, in labels: JSONValue) -> String {
    if case .string(let text) = labels {
      let entry = text.split(separator: ",").first { $0.hasPrefix(key + "=") }
      return entry.map { String($0.dropFirst(key.count + 1)) } ?? ""
    }
    guard case .string(let value)? = labels[key] else { return "" }
    return value
  }
}
