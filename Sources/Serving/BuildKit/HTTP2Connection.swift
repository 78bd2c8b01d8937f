import EngineAPI
import NIOCore
import NIOHPACK
import NIOHTTP2

/// A connection that speaks HTTP/2 (RFC 9113), from either side. SwiftNIO speaks it on the connection's event loop; its
/// streams are read and written by any other threads, whose calls block.
final class HTTP2Connection: Sendable {
  enum Side: Sendable {
    case client
    /// Called, on the event loop, with each call that the other side begins.
    case server(@Sendable (HTTP2Stream) -> Void)
  }

  private let channel: any Channel
  private let multiplexer: NIOHTTP2Handler.StreamMultiplexer

  init(_ channel: any Channel, _ multiplexer: NIOHTTP2Handler.StreamMultiplexer) {
    self.channel = channel
    self.multiplexer = multiplexer
  }

  /// Waits until the connection ends, however it does.
  func wait() { try? channel.closeFuture.wait() }

  func close() { channel.close(promise: nil) }

  /// Begins a call to the other side.
  func open(_ head: HPACKHeaders) throws -> HTTP2Stream {
    let opened = channel.eventLoop.flatSubmit { [channel, multiplexer] () -> EventLoopFuture<HTTP2Stream> in
      // A stream of a connection that has ended would wait for it to begin.
      guard channel.isActive else { return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel) }
      return multiplexer.createStreamChannel { HTTP2StreamHandler.add(to: $0) }.flatMapThrowing { stream in
        try stream.pipeline.syncOperations.handler(type: HTTP2StreamHandler.self).stream
      }
    }
    do {
      let stream = try opened.wait()
      stream.begin(head)
      return stream
    } catch { throw RPCStatus(.unavailable, "the client has gone") }
  }
}

extension Connection {
  /// Ends HTTP/1 on this connection, which goes on in HTTP/2.
  /// - Returns: `nil` where the client has gone.
  func becomeHTTP2(_ ended: Exchange, head: [UInt8], _ side: HTTP2Connection.Side) throws -> HTTP2Connection? {
    let http2 = HTTP2Rules.handler(side, ended.loop)
    guard let channel = try takeOver(ended, head: head, [http2, HTTP2EndHandler()]) else { return nil }
    if inputIsClosed { channel.close(promise: nil) }
    return HTTP2Connection(channel, try http2.syncMultiplexer())
  }
}

/// Stands behind the protocol: whoever breaks its rules, or has said everything, is not spoken to any more.
private final class HTTP2EndHandler: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame

  /// Streams are read only when somebody wants to; the connection always is, for what it says of them.
  func handlerAdded(context: ChannelHandlerContext) {
    try? context.channel.syncOptions?.setOption(.autoRead, value: true)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

  func channelReadComplete(context: ChannelHandlerContext) {}

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
