import Diagnostics

/// The records of a pax extended header (POSIX.1-2001, pax, "Extended Header").
struct PaxRecords {
  var path: [UInt8]?
  var linkPath: [UInt8]?
  var size: Int64?
  var uid: Int64?
  var gid: Int64?
  var modified: TarTime?
  var attributes: [(name: String, value: [UInt8])] = []
  var sparse = PaxSparse()

  init() {}

  /// Each record is `length key=value\n`, the length counting itself.
  init(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while let first = rest.first, first != 0 {
      guard let space = rest.firstIndex(of: 32), space > rest.startIndex, space - rest.startIndex < 20,
        let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length > space + 1 - rest.startIndex,
        length <= rest.count, rest[rest.startIndex + length - 1] == 10
      else { throw Failure(.corrupt, "damaged pax header: a record's length is wrong") }
      let end = rest.startIndex + length - 1
      let record = rest[(space + 1)..<end]
      guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else {
        throw Failure(.corrupt, "damaged pax header: a record has no =")
      }
      try take(String(decoding: record[..<equals], as: UTF8.self), Array(record[(equals + 1)...]))
      rest = rest[(end + 1)...]
    }
  }

  private mutating func take(_ key: String, _ value: [UInt8]) throws {
    let xattr = "SCHILY.xattr."
    if key.hasPrefix(xattr) {
      let name = String(key.dropFirst(xattr.count))
      attributes.removeAll { $0.name == name }
      attributes.append((name, value))
      return
    }
    // A record without a value takes back what a global header said; global headers are not applied at all.
    if value.isEmpty { return }
    switch key {
    case "path": path = try Self.name(value, key)
    case "linkpath": linkPath = try Self.name(value, key)
    case "size": size = try Self.number(value, key)
    case "uid": uid = try Self.number(value, key)
    case "gid": gid = try Self.number(value, key)
    case "mtime": modified = try Self.time(value)
    case "GNU.sparse.name": sparse.name = try Self.name(value, key)
    case "GNU.sparse.major": sparse.major = try Self.number(value, key)
    case "GNU.sparse.minor": sparse.minor = try Self.number(value, key)
    case "GNU.sparse.size", "GNU.sparse.realsize": sparse.realSize = try Self.number(value, key)
    case "GNU.sparse.offset": sparse.numbers.append(try Self.number(value, key))
    case "GNU.sparse.numbytes": sparse.numbers.append(try Self.number(value, key))
    case "GNU.sparse.map":
      sparse.numbers = try value.split(separator: UInt8(ascii: ",")).map { try Self.number(Array($0), key) }
    default: break
    }
  }

  static func number(_ value: [UInt8], _ key: String) throws -> Int64 {
    guard let number = Int64(String(decoding: value, as: UTF8.self)), number >= 0 else {
      throw Failure(.corrupt, "damaged pax header: \(key) is no number")
    }
    return number
  }

  private static func name(_ value: [UInt8], _ key: String) throws -> [UInt8] {
    guard !value.contains(0) else { throw Failure(.corrupt, "damaged pax header: \(key) holds a zero byte") }
    return value
  }

  /// Decimal seconds, perhaps negative, perhaps with a fraction.
  private static func time(_ value: [UInt8]) throws -> TarTime {
    let parts = value.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard let seconds = Int64(String(decoding: parts[0], as: UTF8.self)) else {
      throw Failure(.corrupt, "damaged pax header: mtime is no number")
    }
    guard parts.count == 2 else { return TarTime(seconds: seconds) }
    let digits = parts[1].prefix(9)
    guard digits.allSatisfy({ (48...57).contains($0) }) else {
      throw Failure(.corrupt, "damaged pax header: mtime is no number")
    }
    var nanoseconds = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 48) }
    for _ in digits.count..<9 { nanoseconds *= 10 }
    let negative = value.first == UInt8(ascii: "-")
    if negative, nanoseconds > 0 { return TarTime(seconds: seconds - 1, nanoseconds: 1_000_000_000 - nanoseconds) }
    return TarTime(seconds: seconds, nanoseconds: nanoseconds)
  }
}

/// What pax records say of a sparse file: GNU tar's formats 0.0, 0.1 and 1.0 ("Storing Sparse Files").
struct PaxSparse {
  var name: [UInt8]?
  var realSize: Int64?
  var major: Int64?
  var minor: Int64?
  /// Offset, count, offset, count …
  var numbers: [Int64] = []

  /// The map stands in front of the data.
  var hasMapInData: Bool { major == 1 && minor == 0 }
  var isPresent: Bool { hasMapInData || !numbers.isEmpty || realSize != nil }
}
