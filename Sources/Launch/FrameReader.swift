/// Cuts a stream of bytes into frames, however it arrives.
public struct FrameReader: Sendable {
  private var bytes: [UInt8] = []
  /// Where the next frame begins; what lies before it was handed out.
  private var head = 0

  public init() {}

  public mutating func append(_ more: some Sequence<UInt8>) {
    bytes.removeFirst(head)
    head = 0
    bytes += more
  }

  /// Nothing is half read: the peer may go away without loss.
  public var isEmpty: Bool { head == bytes.count }

  /// The next frame that is there in full.
  public mutating func nextClientFrame() throws(WireError) -> ClientFrame? {
    guard let (tag, payload) = try next() else { return nil }
    return try ClientFrame(tag: tag, payload: payload)
  }

  /// The next frame that is there in full.
  public mutating func nextShimFrame() throws(WireError) -> ShimFrame? {
    guard let (tag, payload) = try next() else { return nil }
    return try ShimFrame(tag: tag, payload: payload)
  }

  private mutating func next() throws(WireError) -> (UInt8, [UInt8])? {
    guard bytes.count - head >= FrameLimit.header else { return nil }
    let tag = bytes[head]
    var wire = Wire(reading: bytes, from: head + 1)
    var length: UInt32 = 0
    try wire.integer(&length)
    guard length <= FrameLimit.payload else { throw .invalid }
    let start = head + FrameLimit.header
    guard bytes.count - start >= Int(length) else { return nil }
    let payload = Array(bytes[start..<start + Int(length)])
    head = start + Int(length)
    if head == bytes.count {
      bytes = []
      head = 0
    }
    return (tag, payload)
  }
}
