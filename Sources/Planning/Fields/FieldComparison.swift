/// Walks two trees of fields side by side.
struct FieldComparison {
  /// What paths begin with when they are shown: `services.web`.
  var root: String

  /// One difference; `path` is relative to the definition and never empty.
  struct Difference {
    var path: [String]
    var before: FieldValue?
    var after: FieldValue?
  }

  func compare(_ before: some Encodable, _ after: some Encodable) -> [Difference] {
    var found: [Difference] = []
    let (old, new) = (FieldEncoder.fields(of: before), FieldEncoder.fields(of: after))
    // Both come from one type, so their fields are in one order; only absent ones are missing.
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      if i < old.count, j < new.count, old[i].name == new[j].name {
        if !isSame(old[i].value, new[j].value) {
          compare(FieldEncoder.tree(of: old[i].value), FieldEncoder.tree(of: new[j].value), [new[j].name], &found)
        }
        (i, j) = (i + 1, j + 1)
      } else if j == new.count || (i < old.count && !new[j...].contains { $0.name == old[i].name }) {
        compare(FieldEncoder.tree(of: old[i].value), nil, [old[i].name], &found)
        i += 1
      } else {
        compare(nil, FieldEncoder.tree(of: new[j].value), [new[j].name], &found)
        j += 1
      }
    }
    return found
  }

  /// Fields that cannot be compared count as different; their trees are compared then.
  private func isSame(_ a: any Encodable, _ b: any Encodable) -> Bool {
    guard let a = a as? any Equatable else { return false }
    return isEqual(a, b)
  }

  private func isEqual<Value: Equatable>(_ a: Value, _ b: Any) -> Bool { (b as? Value) == a }

  private func compare(
    _ old: [FieldValue.Member], _ new: [FieldValue.Member], _ path: [String], _ found: inout [Difference]
  ) {
    let oldValues = Dictionary(old.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    let newValues = Dictionary(new.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    let names = Set(oldValues.keys).union(newValues.keys).sorted()
    for name in names where oldValues[name] != newValues[name] {
      compare(oldValues[name], newValues[name], path + [name], &found)
    }
  }

  private func compare(_ old: FieldValue?, _ new: FieldValue?, _ path: [String], _ found: inout [Difference]) {
    switch (old, new) {
    case (.object(let old)?, .object(let new)?):
      compare(old, new, path, &found)
    case (.list(let old)?, .list(let new)?):
      if path.count == 1, let key = FieldComparison.identity[path[0]],
        let oldByKey = FieldComparison.byIdentity(old, key), let newByKey = FieldComparison.byIdentity(new, key)
      {
        // The order of these lists means nothing.
        compare(oldByKey, newByKey, path, &found)
      } else {
        found.append(Difference(path: path, before: .list(old), after: .list(new)))
      }
    case (nil, .object(let new)?) where path.count > 1 || new.isEmpty:
      found.append(Difference(path: path, before: nil, after: .object(new)))
    case (nil, .object(let new)?): compare([], new, path, &found)
    case (.object(let old)?, nil) where path.count == 1 && !old.isEmpty: compare(old, [], path, &found)
    default: found.append(Difference(path: path, before: old, after: new))
    }
  }

  /// Lists whose elements are told apart by one of their fields.
  private static let identity = [
    "networks": "network", "volumes": "target", "files": "target", "devices": "target",
  ]

  private static func byIdentity(_ values: [FieldValue], _ key: String) -> [FieldValue.Member]? {
    var members: [FieldValue.Member] = []
    var seen: Set<String> = []
    for value in values {
      guard case .object(let fields) = value, case .string(let name)? = fields.first(where: { $0.name == key })?.value,
        seen.insert(name).inserted
      else { return nil }
      members.append(.init(name, value))
    }
    return members
  }
}

extension FieldComparison.Difference {
  /// As a person may read it: in the words of the file, without secrets.
  func shown(root: String) -> FieldDifference {
    let before = before.map { present($0) }
    let after = after.map { present($0) }
    let name = path.last!
    let shownBefore = before.map { Concealment.conceal($0, named: name) }
    let shownAfter = after.map { Concealment.conceal($0, named: name) }
    // Two values that look the same once they are concealed differ in what may not be shown.
    if shownBefore == shownAfter { return FieldDifference(path: text(root), before: .hidden, after: .hidden) }
    return FieldDifference(path: text(root), before: shownBefore, after: shownAfter)
  }

  private func text(_ root: String) -> String {
    // The limits are one value of the specification, and attributes of the service in the file.
    let words = path.first == "resources" ? path.dropFirst() : path[...]
    return words.reduce(root) { $1.utf8.contains(UInt8(ascii: "/")) ? "\($0)[\($1)]" : "\($0).\($1)" }
  }

  private func present(_ value: FieldValue) -> FieldValue {
    if path == ["ports"], case .list(let ports) = value { return .list(ports.map { .string(portText($0)) }) }
    return value.withoutDefaults(except: path.last).inUnits(named: path.last)
  }

  /// `127.0.0.1:8080:80/tcp`, as a person writes it.
  private func portText(_ port: FieldValue) -> String {
    guard case .object(let members) = port else { return port.description }
    var address = ""
    var published = ""
    var target = ""
    var transport = ""
    for member in members {
      switch (member.name, member.value) {
      case ("host_ip", .string(let text)): address = text.contains(":") ? "[\(text)]" : text
      case ("published", .list(let bounds)):
        let bounds = bounds.map(\.description)
        published = bounds.first == bounds.last ? bounds.first ?? "" : bounds.joined(separator: "-")
      case ("target", .integer(let number)): target = String(number)
      case ("protocol", .string(let text)): transport = text
      default: break
      }
    }
    return (address.isEmpty ? "" : "\(address):") + (published.isEmpty ? "" : "\(published):")
      + "\(target)/\(transport)"
  }
}

extension FieldValue {
  /// Only the members that say something: an element of a list is a whole object, most of it unset.
  fileprivate func withoutDefaults(except name: String?) -> FieldValue {
    switch self {
    case .list(let values): .list(values.map { $0.withoutDefaults(except: nil) })
    case .object(let members):
      .object(
        members.compactMap { member in
          let value = member.value.withoutDefaults(except: nil)
          switch value {
          case .null, .bool(false), .integer(0), .list([]), .object([]): return nil
          // The path names it already.
          case .bool(true) where member.name == "create_host_path": return nil
          case .string(let text) where text.isEmpty || text == name: return nil
          default: return Member(member.name, value)
          }
        }.sorted { $0.name < $1.name })
    default: self
    }
  }
}
