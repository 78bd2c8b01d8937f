/// What travels on a connection of HTTP/2 (RFC 9113, 4.1).
public struct HTTP2Frame: Hashable, Sendable {
  public enum Kind: UInt8, Sendable {
    case data = 0, headers, priority, reset, settings, pushPromise, ping, goAway, windowUpdate, continuation
  }

  public static let endStream: UInt8 = 1
  public static let acknowledgement: UInt8 = 1
  public static let endHeaders: UInt8 = 4
  static let padded: UInt8 = 8
  static let hasPriority: UInt8 = 0x20

  public static let headCount = 9
  /// What nobody needs to ask for (SETTINGS_MAX_FRAME_SIZE).
  public static let largest = 16384
  /// What a client says first.
  public static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  /// `nil`: of a kind that is not known, and passed over.
  public var kind: Kind?
  public var flags: UInt8
  public var stream: UInt32
  public var payload: [UInt8]

  public init(_ kind: Kind, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) {
    self.kind = kind
    self.flags = flags
    self.stream = stream
    self.payload = payload
  }

  /// The head of a frame: how long what follows is, and the frame without it.
  public static func head(_ bytes: ArraySlice<UInt8>) -> (count: Int, frame: HTTP2Frame) {
    let head = Array(bytes)
    let count = number(head[0..<3])
    var frame = HTTP2Frame(.data, flags: head[4], stream: number(head[5..<9]) & 0x7fff_ffff)
    frame.kind = Kind(rawValue: head[3])
    return (Int(count), frame)
  }

  public var bytes: [UInt8] {
    Self.word(UInt32(payload.count)).dropFirst() + [kind?.rawValue ?? 0xff, flags] + Self.word(stream) + payload
  }

  /// Big endian, of at most four bytes.
  public static func number(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var number: UInt32 = 0
    for byte in bytes { number = number << 8 | UInt32(byte) }
    return number
  }

  public static func word(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 0xff), UInt8(value >> 8 & 0xff), UInt8(value & 0xff)]
  }

  /// The payload without padding and priority; `nil` where they are longer than it.
  public var content: ArraySlice<UInt8>? {
    var content = payload[...]
    if flags & Self.padded != 0 {
      guard let count = content.popFirst(), content.count >= Int(count) else { return nil }
      content = content.dropLast(Int(count))
    }
    if kind == .headers, flags & Self.hasPriority != 0 {
      guard content.count >= 5 else { return nil }
      content = content.dropFirst(5)
    }
    return content
  }

  /// Of a SETTINGS frame, in order.
  public var settings: [(id: UInt16, value: UInt32)] {
    stride(from: 0, to: payload.count - payload.count % 6, by: 6).map { place in
      (UInt16(Self.number(payload[place..<(place + 2)])), Self.number(payload[(place + 2)..<(place + 6)]))
    }
  }
}
