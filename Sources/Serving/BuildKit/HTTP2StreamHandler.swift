import NIOCore
import NIOHPACK
import NIOHTTP2

/// Brings what arrives on a stream to whom it is for, and no more than that wants.
final class HTTP2StreamHandler: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame.FramePayload

  let stream: HTTP2Stream
  /// Called with a stream that the other side has opened, once its head is there.
  private var opened: (@Sendable (HTTP2Stream) -> Void)?

  private init(_ stream: HTTP2Stream, _ opened: (@Sendable (HTTP2Stream) -> Void)?) {
    self.stream = stream
    self.opened = opened
  }

  static func add(to channel: any Channel, _ opened: (@Sendable (HTTP2Stream) -> Void)? = nil) -> EventLoopFuture<Void>
  {
    channel.eventLoop.makeCompletedFuture {
      try channel.syncOptions?.setOption(.autoRead, value: false)
      let stream = HTTP2Stream(channel, answers: opened != nil)
      try channel.pipeline.syncOperations.addHandler(HTTP2StreamHandler(stream, opened))
    }
  }

  func channelActive(context: ChannelHandlerContext) { context.read() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .headers(let head):
      stream.take(head: head.headers, ends: head.endStream)
      opened?(stream)
      opened = nil
    case .data(let data):
      if case .byteBuffer(let bytes) = data.data { stream.take(data: bytes, ends: data.endStream) }
    default: break
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) { if stream.hasRoom { context.read() } }

  func channelInactive(context: ChannelHandlerContext) { stream.end() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
