import Diagnostics
import FoundationEssentials

/// Decoding of documents that strangers wrote, and the one encoding that Davit gives to its own.
public enum JSON {
  /// Bytes of a manifest or an index; registries and containerd use the same limit.
  public static let manifestLimit = 4 << 20
  /// Bytes of an image configuration: containerd's limit is 8 MiB too.
  public static let configLimit = 8 << 20
  /// Objects and arrays within each other. The deepest legal image document needs six.
  public static let depthLimit = 64

  /// Decodes after the size and the nesting were checked, so that a hostile document cannot exhaust the stack.
  /// Throws `corrupt` and names the field that is wrong.
  public static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], what: String, limit: Int = manifestLimit
  ) throws(Failure) -> Value {
    guard bytes.count <= limit else {
      throw Failure(.corrupt, "\(bytes.count) bytes are more than the \(limit) that are allowed", subject: what)
    }
    try checkDepth(bytes, what: what)
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch let error as DecodingError {
      throw Failure(.corrupt, "not valid: \(words(for: error))", subject: what)
    } catch {
      throw Failure(.corrupt, "not valid JSON", subject: what)
    }
  }

  /// Sorted keys and plain slashes: the same value always gives the same bytes, and so the same digest.
  public static func encode(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else {
      preconditionFailure("image documents hold nothing JSON cannot say")
    }
    return Array(data)
  }

  private static func checkDepth(_ bytes: [UInt8], what: String) throws(Failure) {
    var depth = 0
    var inString = false
    var escaped = false
    for byte in bytes {
      if inString {
        if escaped {
          escaped = false
        } else if byte == UInt8(ascii: "\\") {
          escaped = true
        } else if byte == UInt8(ascii: "\"") {
          inString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): inString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        if depth > depthLimit {
          throw Failure(.corrupt, "objects are nested more than \(depthLimit) deep", subject: what)
        }
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
    }
  }

  private static func words(for error: DecodingError) -> String {
    func at(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
      return path.isEmpty ? "" : "\(path.drop { $0 == "." }): "
    }
    return switch error {
    case .keyNotFound(let key, let context): "\(at(context))\(key.stringValue) is missing"
    case .typeMismatch(_, let context), .dataCorrupted(let context): "\(at(context))\(context.debugDescription)"
    case .valueNotFound(_, let context): "\(at(context))null where a value is needed"
    @unknown default: "unreadable"
    }
  }
}
