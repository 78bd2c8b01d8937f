/// Why bytes are not a message.
public enum WireError: Error, Hashable, Sendable {
  /// The sender vanished before it had sent everything.
  case truncated
  /// The bytes do not begin with the magic number.
  case notAMessage
  /// The sender is another build of Davit.
  case version(UInt16)
  /// A value that its field cannot have: an unknown case, a string with a NUL or that is not UTF-8, bytes left over.
  case invalid
}

/// A value with a place in a binary message.
///
/// Its fields are listed once, for both directions: a reader and a writer that disagree cannot be written down.
protocol WireValue {
  init()
  mutating func pass(_ wire: inout Wire) throws(WireError)
}

/// Bytes on their way into or out of values. Integers are little-endian; strings, bytes and lists carry a 32-bit count.
///
/// Reading trusts nothing: every count is held against the bytes that are left before anything is reserved.
struct Wire {
  enum Direction { case reading, writing }

  let direction: Direction
  private(set) var bytes: [UInt8]
  private(set) var position = 0

  init() {
    direction = .writing
    bytes = []
  }

  init(reading bytes: [UInt8], from position: Int = 0) {
    direction = .reading
    self.bytes = bytes
    self.position = position
  }

  var left: Int { bytes.count - position }

  mutating func integer<Number: FixedWidthInteger>(_ value: inout Number) throws(WireError) {
    let size = Number.bitWidth / 8
    switch direction {
    case .writing:
      for index in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> Number(index * 8))) }
    case .reading:
      guard left >= size else { throw .truncated }
      var number: Number = 0
      for index in 0..<size { number |= Number(truncatingIfNeeded: bytes[position + index]) << Number(index * 8) }
      position += size
      value = number
    }
  }

  mutating func count(_ value: Int) throws(WireError) -> Int {
    var number = UInt32(truncatingIfNeeded: value)
    try integer(&number)
    // Nothing is smaller than a byte, so a longer list than there are bytes is a lie.
    if direction == .reading, number > left { throw .truncated }
    return Int(number)
  }

  mutating func pass(_ value: inout [UInt8]) throws(WireError) {
    let count = try count(value.count)
    switch direction {
    case .writing: bytes += value
    case .reading:
      value = Array(bytes[position..<position + count])
      position += count
    }
  }

  /// Strings become paths, arguments and environment, so a NUL inside would cut them short unseen.
  mutating func pass(_ value: inout String) throws(WireError) {
    let count = try count(value.utf8.count)
    switch direction {
    case .writing: bytes += value.utf8
    case .reading:
      let slice = bytes[position..<position + count]
      // Decoding mends what is not UTF-8, and then it is no longer what was sent.
      let text = String(decoding: slice, as: UTF8.self)
      guard !slice.contains(0), text.utf8.elementsEqual(slice) else { throw .invalid }
      value = text
      position += count
    }
  }

  mutating func pass<Value: WireValue>(_ value: inout Value) throws(WireError) { try value.pass(&self) }

  mutating func pass<Value: WireValue>(_ value: inout Value?) throws(WireError) {
    var present = value != nil
    try present.pass(&self)
    guard present else {
      value = nil
      return
    }
    var inner = value ?? Value()
    try inner.pass(&self)
    value = inner
  }

  mutating func pass<Value: WireValue>(_ values: inout [Value]) throws(WireError) {
    let count = try count(values.count)
    switch direction {
    case .writing:
      for var value in values { try value.pass(&self) }
    case .reading:
      values = []
      for _ in 0..<count {
        var value = Value()
        try value.pass(&self)
        values.append(value)
      }
    }
  }
}

extension Int32: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) { try wire.integer(&self) }
}
extension Int64: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) { try wire.integer(&self) }
}
extension UInt16: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) { try wire.integer(&self) }
}
extension UInt32: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) { try wire.integer(&self) }
}
extension UInt64: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) { try wire.integer(&self) }
}
extension String: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) { try wire.pass(&self) }
}
extension Bool: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    var byte: UInt8 = self ? 1 : 0
    try wire.integer(&byte)
    guard byte <= 1 else { throw .invalid }
    self = byte == 1
  }
}

/// An enumeration without values travels as its number.
protocol WireEnumeration: WireValue, RawRepresentable where RawValue == UInt8 {}

extension WireEnumeration {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    var byte = rawValue
    try wire.integer(&byte)
    guard let value = Self(rawValue: byte) else { throw .invalid }
    self = value
  }
}
