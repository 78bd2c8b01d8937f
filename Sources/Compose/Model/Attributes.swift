import Diagnostics
import Spec
import YAML

/// Reads the attributes of one object of the canonical tree and remembers which were asked for, so that one that no
/// code looks at is named instead of silently lost.
struct Attributes {
  /// `services.web`
  let path: String
  private let mapping: Mapping
  private var asked: Set<String> = []
  private let log: DecodingLog

  init(_ node: Node?, path: String, log: DecodingLog) {
    mapping = node?.mapping ?? Mapping()
    self.path = path
    self.log = log
  }

  /// The value, or `nil` where it is absent or null.
  mutating func take(_ key: String) -> Node? {
    asked.insert(key)
    guard let node = mapping[key], !node.isNull else { return nil }
    return node
  }

  mutating func string(_ key: String) -> String? { take(key)?.text }

  mutating func bool(_ key: String) -> Bool? {
    guard let node = take(key) else { return nil }
    if let bool = node.bool { return bool }
    switch node.text {
    case "true": return true
    case "false": return false
    default:
      refuse(key, "must be true or false", at: node)
      return nil
    }
  }

  mutating func integer(_ key: String) -> Int64? {
    guard let node = take(key) else { return nil }
    if let number = node.int { return Int64(number) }
    if let number = node.text.flatMap({ Int64($0) }) { return number }
    refuse(key, "must be a whole number", at: node)
    return nil
  }

  mutating func number(_ key: String) -> Double? {
    guard let node = take(key) else { return nil }
    if let number = node.double { return number }
    if let number = node.text.flatMap({ Double($0) }) { return number }
    refuse(key, "must be a number", at: node)
    return nil
  }

  /// Bytes of `512m`, `1gb`, `1048576`.
  mutating func bytes(_ key: String) -> Int64? {
    guard let node = take(key) else { return nil }
    if let number = node.int { return Int64(number) }
    if let size = node.text.flatMap({ Quantity.bytes($0) }) { return size }
    refuse(key, "must be a size", at: node, hint: "write a number of bytes, or one with b, k, m or g")
    return nil
  }

  /// Nanoseconds of `1m30s`.
  mutating func duration(_ key: String) -> Int64? {
    guard let node = take(key) else { return nil }
    if let duration = node.text.flatMap({ Quantity.nanoseconds($0) }) { return duration }
    refuse(key, "must be a duration", at: node, hint: "write it like 1m30s or 500ms")
    return nil
  }

  /// Permission bits of `0440`, written as a string or an octal number.
  mutating func mode(_ key: String) -> UInt32? {
    guard let node = take(key) else { return nil }
    if let number = node.int { return UInt32(truncatingIfNeeded: number) }
    if let mode = node.text.flatMap({ UInt32($0, radix: 8) }) { return mode }
    refuse(key, "must be octal permission bits", at: node, hint: "write it like 0440")
    return nil
  }

  mutating func list(_ key: String) -> [String] { take(key)?.sequence?.compactMap(\.text) ?? [] }

  mutating func optionalList(_ key: String) -> [String]? {
    take(key).flatMap { $0.sequence?.compactMap(\.text) ?? $0.text.map { [$0] } }
  }

  /// A mapping of strings; null values are the empty string.
  mutating func strings(_ key: String) -> [String: String] {
    guard let entries = take(key)?.mapping?.entries else { return [:] }
    return Dictionary(entries.map { ($0.key, $0.value.text ?? "") }, uniquingKeysWith: { $1 })
  }

  mutating func objects(_ key: String) -> [Attributes] {
    (take(key)?.sequence ?? []).enumerated().map { Attributes($1, path: "\(path).\(key)[\($0)]", log: log) }
  }

  mutating func object(_ key: String) -> Attributes? {
    take(key).map { Attributes($0, path: "\(path).\(key)", log: log) }
  }

  /// The entries of a mapping of objects, null ones as empty objects.
  mutating func named(_ key: String) -> [(name: String, attributes: Attributes)] {
    (take(key)?.mapping?.entries ?? []).map {
      ($0.key, Attributes($0.value, path: path.isEmpty ? "\(key).\($0.key)" : "\(path).\(key).\($0.key)", log: log))
    }
  }

  /// What is known, has no meaning for Davit, and needs no word.
  mutating func skip(_ keys: String...) { asked.formUnion(keys) }

  mutating func refuse(_ key: String, _ message: String, at node: Node? = nil, hint: String? = nil) {
    asked.insert(key)
    log.failures.append(
      Failure(
        .invalidInput, message, subject: "\(path).\(key)", location: (node ?? mapping[key])?.mark.location, hint: hint))
  }

  /// Refuses an attribute that Davit does not know how to honour.
  mutating func unsupported(_ key: String, _ why: String, hint: String? = nil) {
    guard let node = take(key) else { return }
    log.failures.append(
      Failure(.unsupported, why, subject: "\(path).\(key)", location: node.mark.location, hint: hint))
  }

  mutating func warn(_ key: String, _ why: String) {
    guard let node = take(key) else { return }
    log.warnings.append(Warning("\(path).\(key): \(why)", location: node.mark.location))
  }

  /// Names the attributes that nobody asked for.
  func finish() {
    for entry in mapping.entries
    where !asked.contains(entry.key) && !entry.key.hasPrefix("x-") && !entry.value.isEmptyValue {
      log.warnings.append(Warning("\(path).\(entry.key): not supported, ignored", location: entry.mark.location))
    }
  }
}

/// What decoding one project found.
final class DecodingLog {
  var failures: [Failure] = []
  var warnings: [Warning] = []
}

extension Node {
  /// A scalar as text: numbers and booleans may stand where the specification wants a string.
  var text: String? {
    switch value {
    case .string(let string): string
    case .int(let int): String(int)
    case .float(let double): double == double.rounded() && abs(double) < 1e15 ? String(Int(double)) : String(double)
    case .bool(let bool): String(bool)
    case .null, .sequence, .mapping: nil
    }
  }

  var isEmptyValue: Bool {
    switch value {
    case .null: true
    case .sequence(let items): items.isEmpty
    case .mapping(let mapping): mapping.entries.allSatisfy { $0.value.isEmptyValue }
    case .string, .int, .float, .bool: false
    }
  }
}
