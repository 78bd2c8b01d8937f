import Diagnostics
import FoundationEssentials

/// A JSON file that carries the digest of its own content, so that a power cut that left half of it, or zeros, is
/// recognised instead of believed:
///
///     {"digest":"fnv1a:0123456789abcdef","content":{…}}
///
/// The digest finds damage, not malice: who can write here is root already.
enum Sealed {
  private static let head = Array("{\"digest\":\"fnv1a:".utf8)
  private static let middle = Array("\",\"content\":".utf8)
  private static let tail = Array("}\n".utf8)
  private static let digits = 16

  static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let content = try encoder.encode(value)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(content.count + 64)
    bytes += head
    bytes += hexadecimal(digest(content))
    bytes += middle
    bytes += content
    bytes += tail
    return bytes
  }

  /// - Throws: `.corrupt` where the bytes are not what was written.
  static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    let start = head.count + digits + middle.count
    guard bytes.count > start + tail.count, bytes.starts(with: head), bytes.suffix(tail.count).elementsEqual(tail)
    else {
      throw Failure(.corrupt, "the file is cut short or was not written by Davit")
    }
    let content = bytes[start..<bytes.count - tail.count]
    guard bytes[head.count..<start].elementsEqual(hexadecimal(digest(content)) + middle) else {
      throw Failure(.corrupt, "the file's content does not match its digest")
    }
    do {
      return try JSONDecoder().decode(type, from: Data(content))
    } catch {
      throw Failure(.corrupt, "the file was written by another version of Davit", causes: ["\(error)"])
    }
  }

  /// FNV-1a, 64 bits.
  private static func digest(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }

  private static func hexadecimal(_ value: UInt64) -> [UInt8] {
    let alphabet = Array("0123456789abcdef".utf8)
    return (0..<digits).map { alphabet[Int(value >> UInt64(60 - 4 * $0) & 15)] }
  }
}
