/// What the first line of a request names: `/v1.47/containers/json?all=1`.
public struct RequestTarget: Hashable, Sendable {
  /// `nil`: none in the path, so the newest is meant.
  public var version: APIVersion?
  /// Without the version, undecoded parts between slashes decoded.
  public var path: [String]
  public var query: Query

  /// - Throws: 400 for a version that no API has.
  public init(_ uri: String) throws(APIError) {
    let uri = uri.hasPrefix("/") ? uri : Self.withoutOrigin(uri)
    let mark = uri.firstIndex(of: "?")
    query = Query(mark.map { String(uri[uri.index(after: $0)...]) } ?? "")
    path = (mark.map { uri[..<$0] } ?? uri[...]).split(separator: "/", omittingEmptySubsequences: true)
      .map { PercentEncoding.decode($0, plusIsSpace: false) }
    guard let first = path.first, first.hasPrefix("v"), let version = APIVersion(first.dropFirst()) else { return }
    path.removeFirst()
    self.version = version
    if version < .oldest {
      throw .badRequest(
        "client version \(version) is too old. Minimum supported API version is \(APIVersion.oldest), please upgrade your client to a newer version"
      )
    }
    if version > .newest {
      throw .badRequest("client version \(version) is too new. Maximum supported API version is \(APIVersion.newest)")
    }
  }

  /// `http://host/path`, as clients of proxies write it.
  private static func withoutOrigin(_ uri: String) -> String {
    guard let scheme = uri.firstRange(of: "://"), let slash = uri[scheme.upperBound...].firstIndex(of: "/") else {
      return "/" + uri
    }
    return String(uri[slash...])
  }
}

/// The fields behind the question mark.
public struct Query: Hashable, Sendable {
  private var fields: [String: [String]] = [:]

  public init(_ text: String) {
    for field in text.split(separator: "&") {
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count > 1 ? PercentEncoding.decode(parts[1], plusIsSpace: true) : ""
      fields[PercentEncoding.decode(parts[0], plusIsSpace: true), default: []].append(value)
    }
  }

  /// The first value; `nil` where the field is absent or empty.
  public subscript(name: String) -> String? { fields[name]?.first.flatMap { $0.isEmpty ? nil : $0 } }

  public func all(_ name: String) -> [String] { (fields[name] ?? []).filter { !$0.isEmpty } }

  public func has(_ name: String) -> Bool { fields[name] != nil }

  /// Docker's reading of truth: everything but nothing, `0`, `no`, `false` and `none`.
  public func isOn(_ name: String, default absent: Bool = false) -> Bool {
    guard let value = fields[name]?.first else { return absent }
    return !["", "0", "no", "false", "none"].contains(value.lowercased())
  }

  /// - Throws: 400 where it is no number.
  public func integer(_ name: String) throws(APIError) -> Int? {
    guard let text = self[name] else { return nil }
    guard let number = Int(text) else { throw .badRequest("strconv.Atoi: parsing \"\(text)\": invalid syntax") }
    return number
  }
}

/// RFC 3986, 2.1.
enum PercentEncoding {
  static func decode(_ text: some StringProtocol, plusIsSpace: Bool) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") && plusIsSpace ? 32 : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
