/// Frames of RFC 6455 as `attach/ws` needs them: what clients send is masked, what they are sent is not.
public enum WebSocketFrame: Hashable, Sendable {
  case data([UInt8])
  case ping([UInt8])
  case close

  /// Longer ones are a broken or hostile client.
  public static let limit = 1 << 20

  public static func encode(_ bytes: [UInt8], opcode: UInt8) -> [UInt8] {
    var frame: [UInt8] = [0x80 | opcode]
    switch bytes.count {
    case ..<126: frame.append(UInt8(bytes.count))
    case ..<65536: frame += [126, UInt8(bytes.count >> 8), UInt8(bytes.count & 255)]
    default:
      frame.append(127)
      frame += (0..<8).reversed().map { UInt8(truncatingIfNeeded: bytes.count >> ($0 * 8)) }
    }
    return frame + bytes
  }

  public static let text: UInt8 = 1
  public static let binary: UInt8 = 2
  public static let closing: UInt8 = 8
  public static let pong: UInt8 = 10

  /// The key that a server answers with: base64 of SHA-1 over the client's key and this.
  public static let magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
}

/// Takes frames off what arrives.
public struct WebSocketReader: Sendable {
  private var buffer: [UInt8] = []

  public init() {}

  public mutating func append(_ bytes: [UInt8]) { buffer += bytes }

  /// The next whole frame; `nil` when there is none yet.
  /// - Throws: 400 for what no client may send.
  public mutating func next() throws(APIError) -> WebSocketFrame? {
    guard buffer.count >= 2 else { return nil }
    var length = Int(buffer[1] & 0x7F)
    var start = 2
    if length >= 126 {
      let width = length == 126 ? 2 : 8
      guard buffer.count >= 2 + width else { return nil }
      guard width == 2 || buffer[2..<6].allSatisfy({ $0 == 0 }) else { throw .badRequest("a frame is too long") }
      length = buffer[2..<(2 + width)].reduce(0) { $0 << 8 | Int($1) }
      start += width
    }
    guard buffer[1] & 0x80 != 0 else { throw .badRequest("a frame of a client is not masked") }
    guard length <= WebSocketFrame.limit else { throw .badRequest("a frame is too long") }
    guard buffer.count >= start + 4 + length else { return nil }
    let mask = Array(buffer[start..<(start + 4)])
    let payload = buffer[(start + 4)..<(start + 4 + length)].enumerated().map { $1 ^ mask[$0 & 3] }
    let opcode = buffer[0] & 0x0F
    buffer.removeFirst(start + 4 + length)
    switch opcode {
    case 8: return .close
    case 9: return .ping(payload)
    case 10: return try next()
    default: return .data(payload)
    }
  }
}
