import Arguments

/// One `--mount` of `RUN` (Dockerfile reference, "RUN --mount").
public struct MountOption: Sendable, Hashable {
  public enum Kind: String, Sendable, CaseIterable { case bind, cache, tmpfs, secret, ssh }
  public enum Sharing: String, Sendable, CaseIterable { case shared, `private`, locked }

  public var kind = Kind.bind
  public var from: String?
  public var source = ""
  public var target = ""
  public var readOnly = true
  public var id: String?
  public var sharing: Sharing?
  /// Of a tmpfs, bytes.
  public var size: Int64?
  public var required = false
  /// The variable that gets a secret's value; empty: named like the secret.
  public var variable: String?
  public var mode: UInt32?
  public var uid: UInt32?
  public var gid: UInt32?

  /// What can be said before variables have values: where it comes from must not hold any.
  static func checkBeforeSubstitution(_ text: String) throws(WordLexer.SyntaxError) {
    for field in fields(text) {
      guard let value = field.value, field.key == "from" else { continue }
      if value.dropLast().contains("$") {
        throw .init(description: "'from' doesn't support variable expansion, define alias stage instead")
      }
    }
  }

  /// - Parameter expand: substitutes variables in a value.
  public init(_ text: String, expand: (String) throws(WordLexer.SyntaxError) -> String) throws(WordLexer.SyntaxError) {
    var isReadOnly: Bool?
    for field in Self.fields(text) {
      let value = try field.value.map(expand)
      switch (field.key, value) {
      case ("readonly", nil), ("ro", nil): isReadOnly = true
      case ("readwrite", nil), ("rw", nil): isReadOnly = false
      case ("readonly", let value?), ("ro", let value?): isReadOnly = try Self.truth(field.key, value)
      case ("readwrite", let value?), ("rw", let value?): isReadOnly = try !Self.truth(field.key, value)
      case ("required", let value):
        guard kind == .secret || kind == .ssh else {
          throw .init(description: "unexpected key 'required' for mount type '\(kind.rawValue)'")
        }
        required = try value.map { value throws(WordLexer.SyntaxError) in try Self.truth("required", value) } ?? true
      case (_, nil):
        throw .init(description: "invalid field '\(field.key)' must be a key=value pair")
      case (let key, let value?): try set(key, value)
      }
    }
    readOnly = isReadOnly ?? (kind != .cache && kind != .tmpfs)
    try check()
  }

  private mutating func set(_ key: String, _ value: String) throws(WordLexer.SyntaxError) {
    func number(_ radix: Int) throws(WordLexer.SyntaxError) -> UInt32 {
      guard let number = UInt32(value, radix: radix) else {
        throw .init(description: "invalid value \(value) for \(key)")
      }
      return number
    }
    switch key {
    case "type":
      guard let kind = Kind(rawValue: value.lowercased()) else {
        throw .init(description: "unsupported mount type \"\(value)\"")
      }
      self.kind = kind
    case "from": from = value
    case "source", "src": source = value
    case "target", "dst", "destination": target = value
    case "size":
      guard kind == .tmpfs else {
        throw .init(description: "unexpected key 'size' for mount type '\(kind.rawValue)'")
      }
      guard let size = Self.bytes(value) else { throw .init(description: "invalid value for size: \(value)") }
      self.size = size
    case "id": id = value
    case "sharing":
      guard let sharing = Sharing(rawValue: value.lowercased()) else {
        throw .init(description: "unsupported sharing value \"\(value)\"")
      }
      self.sharing = sharing
    case "mode": mode = try number(8)
    case "uid": uid = try number(10)
    case "gid": gid = try number(10)
    case "env": variable = value
    default: throw .init(description: "unexpected key '\(key)' in '\(key)=\(value)'")
    }
  }

  private func check() throws(WordLexer.SyntaxError) {
    func refuse(_ condition: Bool, _ message: String) throws(WordLexer.SyntaxError) {
      if condition { throw .init(description: message) }
    }
    if kind == .bind || kind == .tmpfs {
      for (name, value) in [("mode", mode), ("uid", uid), ("gid", gid)] {
        try refuse(value != nil, "\(name) not allowed for \"\(kind.rawValue)\" type mounts")
      }
    }
    if kind == .secret {
      try refuse(from != nil, "secret mount should not have a from")
      try refuse(sharing != nil, "secret mount should not define sharing")
      try refuse(
        source.isEmpty && target.isEmpty && (id ?? "").isEmpty, "invalid secret mount. one of source, target required")
      try refuse(!source.isEmpty && !(id ?? "").isEmpty, "both source and id can't be set")
    }
    try refuse(sharing != nil && kind != .cache, "invalid cache sharing set for \(kind.rawValue) mount")
  }

  private static func fields(_ text: String) -> [(key: String, value: String?)] {
    CommaSeparated.fields(text).map { field in
      guard let equals = field.firstIndex(of: "=") else { return (field.lowercased(), nil) }
      return (field[..<equals].lowercased(), String(field[field.index(after: equals)...]))
    }
  }

  private static func truth(_ key: String, _ value: String) throws(WordLexer.SyntaxError) -> Bool {
    switch value {
    case "1", "t", "T", "TRUE", "true", "True": true
    case "0", "f", "F", "FALSE", "false", "False": false
    default: throw .init(description: "invalid value for \(key): \(value)")
    }
  }

  /// `64m`, `1GiB`: powers of 1024.
  private static func bytes(_ text: String) -> Int64? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    var unit = text[digits.endIndex...].lowercased()
    if unit.hasSuffix("ib") { unit.removeLast(2) } else if unit.hasSuffix("b") { unit.removeLast() }
    guard let number = Int64(digits), let power = ["", "k", "m", "g", "t", "p"].firstIndex(of: unit) else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << (10 * Int64(power)))
    return overflow ? nil : bytes
  }
}
