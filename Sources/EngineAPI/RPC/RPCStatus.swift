/// How a call of gRPC ends, where not well: https://grpc.io/docs/guides/status-codes/
public struct RPCStatus: Error, Hashable, Sendable {
  public enum Code: Int, Sendable {
    case ok = 0, cancelled, unknown, invalidArgument, deadlineExceeded, notFound, alreadyExists, permissionDenied
    case resourceExhausted, failedPrecondition, aborted, outOfRange, unimplemented, `internal`, unavailable
  }

  public var code: Code
  public var message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// From what the trailers of a call say by `grpc-status` and `grpc-message`.
  public init(status: String?, message: String?) {
    code = status.flatMap { Int($0) }.flatMap(Code.init) ?? .unknown
    self.message = PercentEncoding.decode(message ?? "", plusIsSpace: false)
  }

  public var trailers: [(name: String, value: String)] {
    var fields = [(name: "grpc-status", value: "\(code.rawValue)")]
    if !message.isEmpty { fields.append((name: "grpc-message", value: Self.encoded(message))) }
    return fields
  }

  /// Bytes that are no printable ASCII, and the percent sign, are written by their number.
  static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.reduce(into: "") { encoded, byte in
      if byte >= 0x20, byte < 0x7f, byte != UInt8(ascii: "%") {
        encoded.append(Character(UnicodeScalar(byte)))
      } else {
        encoded += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
  }
}
