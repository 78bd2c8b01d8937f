/// A message of Protocol Buffers, taken apart into its fields: https://protobuf.dev/programming-guides/encoding/
public struct ProtobufMessage: Sendable {
  public enum Problem: Error { case truncated, tooLong, unknownWireType(UInt8) }

  private enum Value: Sendable {
    case number(UInt64)
    case bytes([UInt8])
  }

  private var fields: [(number: Int, value: Value)] = []

  public init(_ bytes: [UInt8]) throws(Problem) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let key = try Self.number(&rest)
      let field = Int(truncatingIfNeeded: key >> 3)
      switch key & 7 {
      case 0: fields.append((field, .number(try Self.number(&rest))))
      case 1: fields.append((field, .number(Self.fixed(try Self.take(8, &rest)))))
      case 2:
        guard let count = Int(exactly: try Self.number(&rest)) else { throw .tooLong }
        fields.append((field, .bytes(Array(try Self.take(count, &rest)))))
      case 5: fields.append((field, .number(Self.fixed(try Self.take(4, &rest)))))
      default: throw .unknownWireType(UInt8(key & 7))
      }
    }
  }

  /// The last value of a field counts.
  public func bytes(_ field: Int) -> [UInt8] {
    for entry in fields.reversed() where entry.number == field {
      if case .bytes(let bytes) = entry.value { return bytes }
    }
    return []
  }

  public func number(_ field: Int) -> UInt64 {
    for entry in fields.reversed() where entry.number == field {
      if case .number(let number) = entry.value { return number }
    }
    return 0
  }

  public func has(_ field: Int) -> Bool { fields.contains { $0.number == field } }

  public func text(_ field: Int) -> String { String(decoding: bytes(field), as: UTF8.self) }

  /// Of a field that may be there several times.
  public func all(_ field: Int) -> [[UInt8]] {
    fields.compactMap { entry in
      if entry.number == field, case .bytes(let bytes) = entry.value { bytes } else { nil }
    }
  }

  public func message(_ field: Int) throws(Problem) -> ProtobufMessage { try ProtobufMessage(bytes(field)) }

  /// A `map<string, string>`, or one of bytes that are text.
  public func texts(_ field: Int) throws(Problem) -> [String: String] {
    var texts: [String: String] = [:]
    for bytes in all(field) {
      let entry = try ProtobufMessage(bytes)
      texts[entry.text(1)] = entry.text(2)
    }
    return texts
  }

  private static func number(_ rest: inout ArraySlice<UInt8>) throws(Problem) -> UInt64 {
    var value: UInt64 = 0
    for place in 0..<10 {
      guard let byte = rest.popFirst() else { throw .truncated }
      value |= UInt64(byte & 0x7f) << (7 * UInt64(place))
      if byte < 0x80 { return value }
    }
    throw .tooLong
  }

  private static func take(_ count: Int, _ rest: inout ArraySlice<UInt8>) throws(Problem) -> ArraySlice<UInt8> {
    guard rest.count >= count else { throw .truncated }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  private static func fixed(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// Puts a message of Protocol Buffers together. Values that are zero or empty are left out, as proto3 has it.
public struct ProtobufWriter: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public mutating func add(_ field: Int, number: UInt64) {
    guard number != 0 else { return }
    append(UInt64(field) << 3)
    append(number)
  }

  public mutating func add(_ field: Int, _ flag: Bool) { add(field, number: flag ? 1 : 0) }

  public mutating func add(_ field: Int, _ text: String) { if !text.isEmpty { add(field, message: Array(text.utf8)) } }

  /// Bytes, or another message, which may be empty and yet be there.
  public mutating func add(_ field: Int, message: [UInt8]) {
    append(UInt64(field) << 3 | 2)
    append(UInt64(message.count))
    bytes += message
  }

  public mutating func add(_ field: Int, _ texts: [String: String]) {
    for (key, value) in texts.sorted(by: { $0.key < $1.key }) {
      var entry = ProtobufWriter()
      entry.add(1, key)
      entry.add(2, value)
      add(field, message: entry.bytes)
    }
  }

  /// A `google.protobuf.Timestamp`.
  public mutating func add(_ field: Int, time nanoseconds: Int64) {
    var time = ProtobufWriter()
    time.add(1, number: UInt64(bitPattern: nanoseconds / 1_000_000_000))
    time.add(2, number: UInt64(bitPattern: nanoseconds % 1_000_000_000))
    add(field, message: time.bytes)
  }

  private mutating func append(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
