import Diagnostics

/// A content identifier: `sha256:` and 64 lower-case hexadecimal digits (image-spec, descriptor.md, "Digests").
public struct Digest: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  /// The algorithms that the image specification registers.
  public enum Algorithm: String, Hashable, Sendable, CaseIterable {
    case sha256, sha512

    /// Digits of the encoded part.
    public var digits: Int { self == .sha256 ? 64 : 128 }
  }

  public let algorithm: Algorithm
  /// Lower-case hexadecimal digits, as many as the algorithm gives. Safe as a file name.
  public let hex: String

  /// Reads `algorithm:hex`. Throws `invalidInput` that says what is wrong.
  public init(_ text: String) throws(Failure) {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
      throw Failure(
        .invalidInput, "a digest is an algorithm, a colon and hexadecimal digits", subject: "digest \(text)")
    }
    guard let algorithm = Algorithm(rawValue: String(text[..<colon])) else {
      throw Failure(.unsupported, "digest algorithm \(text[..<colon]) is not supported", subject: "digest \(text)")
    }
    try self.init(algorithm, hex: String(text[text.utf8.index(after: colon)...]))
  }

  public init(_ algorithm: Algorithm, hex: String) throws(Failure) {
    guard hex.utf8.count == algorithm.digits, hex.utf8.allSatisfy(Self.isLowerHex) else {
      throw Failure(
        .invalidInput, "\(algorithm) needs \(algorithm.digits) lower-case hexadecimal digits",
        subject: "digest \(algorithm):\(hex)")
    }
    self.algorithm = algorithm
    self.hex = hex
  }

  /// From the raw bytes of a finished hash; the count must be the algorithm's.
  public init(_ algorithm: Algorithm, bytes: some Collection<UInt8>) {
    precondition(bytes.count * 2 == algorithm.digits)
    self.algorithm = algorithm
    self.hex = String(
      decoding: bytes.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do {
      try self.init(container.decode(String.self))
    } catch let failure as Failure {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: failure.description)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  public var description: String { "\(algorithm.rawValue):\(hex)" }
  /// The twelve digits that listings show.
  public var short: String { String(hex.prefix(12)) }

  public static func < (a: Digest, b: Digest) -> Bool { a.description < b.description }

  private static let digits = Array("0123456789abcdef".utf8)
  static func isLowerHex(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}
