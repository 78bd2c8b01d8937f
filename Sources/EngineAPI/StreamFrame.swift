/// How output of a container without a terminal travels: `[stream u8][0 0 0][length u32, big-endian][bytes]`
/// (Engine API, "Stream format").
public enum StreamFrame {
  public enum Stream: UInt8, Sendable {
    case standardInput = 0
    case standardOutput = 1
    case standardError = 2
    /// An error of the engine.
    case system = 3
  }

  public static func encode(_ bytes: some Collection<UInt8>, _ stream: Stream) -> [UInt8] {
    let count = UInt32(bytes.count)
    var frame: [UInt8] = []
    frame.reserveCapacity(8 + bytes.count)
    frame += [stream.rawValue, 0, 0, 0]
    frame += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
    frame += bytes
    return frame
  }

  /// Of a stream with frames.
  public static let multiplexedType = "application/vnd.docker.multiplexed-stream"
  /// Of a stream without: a terminal's, and what clients before 1.42 call every stream.
  public static let rawType = "application/vnd.docker.raw-stream"
}
