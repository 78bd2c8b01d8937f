import CCurl
import Diagnostics

/// Who is spoken to: what credentials are bound to (RFC 6454).
public struct Origin: Hashable, Sendable, CustomStringConvertible {
  public var scheme: String
  /// Lower case.
  public var host: String
  public var port: Int

  public init(scheme: String, host: String, port: Int) {
    self.scheme = scheme
    self.host = host
    self.port = port
  }

  public var description: String { "\(scheme)://\(host):\(port)" }
}

/// An absolute http or https address, read by the same parser that the connection is made with, so that what was checked
/// is what is contacted.
public struct Address: Hashable, Sendable, CustomStringConvertible {
  public let text: String
  public let origin: Origin

  /// Throws `invalidInput`: not an absolute http or https address, or one with a name and password in it.
  public init(_ text: String) throws { try self.init(text, relative: nil) }

  /// What `reference` means in a document from here (RFC 3986, 5.2).
  public func resolving(_ reference: String) throws -> Address { try Address(text, relative: reference) }

  /// With one more parameter in the query.
  public func adding(_ name: String, _ value: String) throws -> Address {
    try Address(text + (text.contains("?") ? "&" : "?") + "\(Self.escape(name))=\(Self.escape(value))")
  }

  private init(_ text: String, relative: String?) throws {
    try Library.load()
    var url = ccurl_url()
    if let wrong = ccurl_url_read(text, relative, &url) {
      throw Failure(.invalidInput, String(cString: wrong), subject: "address \(relative ?? text)")
    }
    defer { ccurl_url_free(&url) }
    let scheme = String(cString: url.scheme).lowercased()
    guard ["http", "https"].contains(scheme), let port = Int(String(cString: url.port)) else {
      throw Failure(.invalidInput, "\(scheme) is not spoken, only http and https are", subject: "address \(text)")
    }
    self.text = String(cString: url.text)
    origin = Origin(scheme: scheme, host: String(cString: url.host).lowercased(), port: port)
  }

  public var description: String { text }

  /// Everything but RFC 3986's unreserved characters as %XX.
  public static func escape(_ text: String) -> String {
    text.utf8.reduce(into: "") { result, byte in
      if byte < 128,
        Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber
          || "-._~".utf8.contains(byte)
      {
        result.unicodeScalars.append(UnicodeScalar(byte))
      } else {
        let hex = String(byte, radix: 16, uppercase: true)
        result += hex.utf8.count == 1 ? "%0\(hex)" : "%\(hex)"
      }
    }
  }
}

/// libcurl, loaded the first time that anybody needs it.
enum Library {
  static func load() throws {
    guard let problem = ccurl_load() else { return }
    throw Failure(
      .unsupported, "registries are spoken to through libcurl, which cannot be loaded",
      hint: "install it: `apt-get install libcurl4`", causes: [String(cString: problem)])
  }
}
