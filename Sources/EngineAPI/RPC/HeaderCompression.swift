/// A field of a head of HTTP/2.
public struct HeaderField: Hashable, Sendable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// Reads the heads of one connection (HPACK, RFC 7541).
public struct HeaderDecoder: Sendable {
  public struct Malformed: Error {}

  /// What SETTINGS_HEADER_TABLE_SIZE is where nobody says otherwise.
  private static let defaultLimit = 4096
  private var dynamic: [HeaderField] = []
  private var size = 0
  private var limit = Self.defaultLimit

  public init() {}

  public mutating func decode(_ block: [UInt8]) throws(Malformed) -> [HeaderField] {
    var rest = block[...]
    var fields: [HeaderField] = []
    while let first = rest.first {
      if first & 0x80 != 0 {
        fields.append(try field(at: try Self.integer(&rest, prefix: 7)))
      } else if first & 0xe0 == 0x20 {
        limit = try Self.integer(&rest, prefix: 5)
        guard limit <= Self.defaultLimit else { throw Malformed() }
        evict()
      } else {
        let isIndexed = first & 0x40 != 0
        let index = try Self.integer(&rest, prefix: isIndexed ? 6 : 4)
        let name = index == 0 ? try Self.text(&rest) : try field(at: index).name
        let new = HeaderField(name, try Self.text(&rest))
        fields.append(new)
        if isIndexed {
          dynamic.insert(new, at: 0)
          size += Self.size(of: new)
          evict()
        }
      }
      guard fields.count <= 1000 else { throw Malformed() }
    }
    return fields
  }

  private mutating func evict() {
    while size > limit, let last = dynamic.popLast() { size -= Self.size(of: last) }
  }

  private static func size(of field: HeaderField) -> Int { field.name.utf8.count + field.value.utf8.count + 32 }

  private func field(at index: Int) throws(Malformed) -> HeaderField {
    if index >= 1, index <= Self.fixed.count { return Self.fixed[index - 1] }
    let place = index - Self.fixed.count - 1
    guard dynamic.indices.contains(place) else { throw Malformed() }
    return dynamic[place]
  }

  private static func integer(_ rest: inout ArraySlice<UInt8>, prefix: Int) throws(Malformed) -> Int {
    guard let first = rest.popFirst() else { throw Malformed() }
    let most = (1 << prefix) - 1
    var value = Int(first) & most
    guard value == most else { return value }
    for place in 0..<4 {
      guard let byte = rest.popFirst() else { throw Malformed() }
      value += Int(byte & 0x7f) << (7 * place)
      if byte < 0x80 { return value }
    }
    throw Malformed()
  }

  private static func text(_ rest: inout ArraySlice<UInt8>) throws(Malformed) -> String {
    guard let first = rest.first else { throw Malformed() }
    let count = try integer(&rest, prefix: 7)
    guard rest.count >= count else { throw Malformed() }
    let bytes = rest.prefix(count)
    rest = rest.dropFirst(count)
    if first & 0x80 == 0 { return String(decoding: bytes, as: UTF8.self) }
    guard let decoded = HuffmanCode.decode(bytes) else { throw Malformed() }
    return String(decoding: decoded, as: UTF8.self)
  }

  /// RFC 7541, appendix A.
  private static let fixed: [HeaderField] = [
    (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"),
    (":scheme", "http"), (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"),
    (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"), ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""),
    ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""), ("cache-control", ""),
    ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
    ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""), ("etag", ""),
    ("expect", ""), ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""), ("if-modified-since", ""),
    ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""),
    ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""), ("proxy-authorization", ""), ("range", ""),
    ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""), ("set-cookie", ""),
    ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""),
    ("www-authenticate", ""),
  ].map { HeaderField($0.0, $0.1) }
}

/// Writes heads without remembering anything of them, so that it does not matter who writes first.
public enum HeaderEncoder {
  public static func encode(_ fields: [HeaderField]) -> [UInt8] {
    var block: [UInt8] = []
    func add(_ text: String) {
      var rest = text.utf8.count
      if rest < 127 {
        block.append(UInt8(rest))
      } else {
        block.append(127)
        rest -= 127
        while rest >= 128 {
          block.append(UInt8(rest & 0x7f) | 0x80)
          rest >>= 7
        }
        block.append(UInt8(rest))
      }
      block += Array(text.utf8)
    }
    for field in fields {
      block.append(0)
      add(field.name)
      add(field.value)
    }
    return block
  }
}
