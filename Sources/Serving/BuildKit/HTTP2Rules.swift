import NIOCore
import NIOHTTP2

/// What one connection may cost. Whoever goes beyond loses it.
enum HTTP2Rules {
  private static let mostStreams = 200
  /// Of a head, in bytes, with what HPACK counts for each of its fields.
  private static let longestHead = 64 << 10
  /// What each stream of the other side may send before somebody reads it, in bytes.
  private static let window = 512 << 10
  /// gRPC's Go library measures the connection by a ping for every round trip in which it is sent something, which is
  /// many a second where it is asked for small files. None of them is kept beyond what NIO allows to wait for a client
  /// that does not read.
  private static let mostControlFrames = 1_000_000

  static func handler(_ side: HTTP2Connection.Side, _ loop: any EventLoop) -> NIOHTTP2Handler {
    var connection = NIOHTTP2Handler.ConnectionConfiguration()
    connection.initialSettings = [
      HTTP2Setting(parameter: .maxConcurrentStreams, value: mostStreams),
      HTTP2Setting(parameter: .initialWindowSize, value: window),
      HTTP2Setting(parameter: .maxHeaderListSize, value: longestHead),
    ]
    // Each stream's own window is what bounds what is kept.
    connection.targetWindowSize = 2 * window
    connection.controlFrameRateLimit.maximumCount = mostControlFrames
    var stream = NIOHTTP2Handler.StreamConfiguration()
    stream.targetWindowSize = window
    switch side {
    case .client:
      connection.initialSettings.append(HTTP2Setting(parameter: .enablePush, value: 0))
      return NIOHTTP2Handler(
        mode: .client, eventLoop: loop, connectionConfiguration: connection, streamConfiguration: stream
      ) { $0.close() }
    case .server(let opened):
      return NIOHTTP2Handler(
        mode: .server, eventLoop: loop, connectionConfiguration: connection, streamConfiguration: stream
      ) { HTTP2StreamHandler.add(to: $0, opened) }
    }
  }
}
