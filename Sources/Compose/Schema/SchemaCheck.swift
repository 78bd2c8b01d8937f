import YAML

/// Compares a tree with the schema and reports everything that does not fit.
struct SchemaCheck {
  let report: Report

  func check(_ root: Node) {
    var path = NodePath()
    check(root, Schema.file, &path, key: root.mark)
  }

  private func check(_ node: Node, _ shape: Shape, _ path: inout NodePath, key: Mark) {
    switch node.value {
    case .null: if !shape.scalars.contains(.null) { refuse(node, shape, path, key) }
    case .bool: if !shape.scalars.contains(.boolean) { refuse(node, shape, path, key) }
    case .int(let int):
      guard !shape.scalars.isDisjoint(with: [.integer, .number]) else { return refuse(node, shape, path, key) }
      checkRange(Double(int), node, shape, path)
    case .float(let double):
      guard double.isFinite else {
        return report.fail("`\(GoFormat.text(node))` is no number that can be used", at: path, node.mark)
      }
      let isWhole = double == double.rounded()
      guard shape.scalars.contains(.number) || shape.scalars.contains(.integer) && isWhole else {
        return refuse(node, shape, path, key)
      }
      checkRange(double, node, shape, path)
    case .string(let string):
      guard shape.scalars.contains(.string) else { return refuse(node, shape, path, key) }
      check(string, node, shape, path)
    case .sequence(let items):
      guard let list = shape.items else { return refuse(node, shape, path, key) }
      for (index, item) in items.enumerated() {
        path.push(index)
        check(item, list.shape, &path, key: item.mark)
        path.pop()
      }
      if list.areUnique { checkUnique(items, path) }
    case .mapping(let mapping):
      guard let object = shape.object else { return refuse(node, shape, path, key) }
      check(mapping, object, &path, key: key)
    }
  }

  // MARK: Mappings

  private func check(_ mapping: Mapping, _ object: Shape.Object, _ path: inout NodePath, key: Mark) {
    for entry in mapping.entries {
      let shape: Shape
      if let attribute = object.attributes[entry.key] {
        shape = attribute
      } else if let keys = object.keys, keys.fits(entry.key) {
        guard let values = object.values else { continue }
        shape = values
      } else if object.isExtensible && entry.key.hasPrefix("x-") || object.keys?.isOpen == true {
        continue
      } else {
        refuse(entry, object, path)
        continue
      }
      path.push(entry.key)
      check(entry.value, shape, &path, key: entry.mark)
      path.pop()
    }
    for required in object.required where mapping.position(of: required) == nil {
      report.fail("`\(required)` is required here", at: path, key)
    }
  }

  private func refuse(_ entry: Mapping.Entry, _ object: Shape.Object, _ path: NodePath) {
    if object.keys != nil {
      report.fail(
        "`\(entry.key)` cannot be a name", at: path, entry.mark,
        hint: "names are made of letters, digits, `.`, `_` and `-`")
    } else {
      report.fail(
        "unknown attribute `\(entry.key)`", at: path, entry.mark,
        hint: AttributeHint.hint(for: entry.key, value: entry.value, in: object, isRoot: path.isEmpty))
    }
  }

  // MARK: Scalars and lists

  private func refuse(_ node: Node, _ shape: Shape, _ path: NodePath, _ key: Mark) {
    let mark = node.isNull || node.mark.line == 0 ? key : node.mark
    guard !node.isNull else {
      return report.fail("must be \(shape.wanted), but it is empty", at: path, mark)
    }
    var hint: String?
    if shape.scalars.contains(.string) {
      switch node.value {
      case .bool, .int, .float: hint = "put it in quotes: \"\(GoFormat.text(node))\""
      default: break
      }
    } else if shape.items != nil, node.mapping == nil {
      hint = "write it as a list: `- \(GoFormat.text(node).excerpt)`"
    }
    report.fail("must be \(shape.wanted), not \(node.kindWithArticle)", at: path, mark, hint: hint)
  }

  private func checkRange(_ value: Double, _ node: Node, _ shape: Shape, _ path: NodePath) {
    guard let range = shape.range else { return }
    if value < Double(range.lowerBound) {
      report.fail("must be at least \(range.lowerBound)", at: path, node.mark)
    } else if value > Double(range.upperBound) {
      report.fail("must be at most \(range.upperBound)", at: path, node.mark)
    }
  }

  private func check(_ string: String, _ node: Node, _ shape: Shape, _ path: NodePath) {
    if !shape.choices.isEmpty, !shape.choices.contains(string) {
      let known = shape.choices.map { "`\($0)`" }.joined(separator: ", ")
      let near = closest(to: string, among: shape.choices).map { "did you mean `\($0)`?" }
      report.fail("`\(string.excerpt)` is none of \(known)", at: path, node.mark, hint: near)
    }
    if let pattern = shape.pattern, !pattern.fits(string) {
      report.fail("`\(string.excerpt)` is no \(pattern.meaning)", at: path, node.mark, hint: pattern.hint)
    }
  }

  private func checkUnique(_ items: [Node], _ path: NodePath) {
    guard items.count > 1 else { return }
    var seen: [String: Mark] = [:]
    for (index, item) in items.enumerated() {
      let key: String
      switch item.value {
      case .string(let string): key = "string" + string
      default: key = item.kind + GoFormat.text(item)
      }
      if let first = seen[key] { refuseTwin(item, first, path, index) } else { seen[key] = item.mark }
    }
  }

  private func refuseTwin(_ item: Node, _ first: Mark, _ path: NodePath, _ index: Int) {
    let place = first.location.map { "; the first time at \($0)" } ?? ""
    let shown = item.mapping == nil ? "`\(GoFormat.text(item))`" : "the same item"
    report.fail(
      "\(shown) is in the list twice\(place)", at: path.appending(index), item.mark, hint: "remove one of them")
  }
}

extension Shape.Pattern {
  func fits(_ text: String) -> Bool {
    switch self {
    case .containerName:
      // One letter or digit, then at least one more character, anywhere in the text.
      let bytes = Array(text.utf8)
      func isNamePart(_ byte: UInt8) -> Bool {
        Template.isNamePart(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
      }
      return zip(bytes, bytes.dropFirst()).contains { first, second in
        Template.isNamePart(first) && first != UInt8(ascii: "_") && isNamePart(second)
      }
    case .pullPolicy:
      return ["always", "never", "build", "if_not_present", "missing", "refresh", "daily", "weekly"].contains {
        text.contains($0)
      } || Self.isInterval(text)
    }
  }

  /// `every_` and a duration.
  private static func isInterval(_ text: String) -> Bool {
    guard text.hasPrefix("every_") else { return false }
    let digits = text.dropFirst(6).prefix { $0.isNumber }
    return !digits.isEmpty && text.dropFirst(6 + digits.count).first.map { "wdhms".contains($0) } ?? false
  }

  var meaning: String {
    switch self {
    case .containerName: "container name"
    case .pullPolicy: "pull policy"
    }
  }

  var hint: String {
    switch self {
    case .containerName: "use at least two of letters, digits, `_`, `.` and `-`, beginning with a letter or digit"
    case .pullPolicy: "always, never, missing, build, daily, weekly and every_<duration> are known"
    }
  }
}
