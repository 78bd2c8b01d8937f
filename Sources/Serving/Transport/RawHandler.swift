import NIOCore

/// What reads a connection once it speaks no HTTP any more.
final class RawHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let input: ByteQueue
  private var isDiscarding = false
  private var inputIsClosed = false

  init(_ input: ByteQueue) { self.input = input }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !isDiscarding { _ = input.push(unwrapInboundIn(data)) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if isDiscarding || input.hasRoom { context.read() }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else { return }
    inputIsClosed = true
    input.finish()
    if isDiscarding { context.close(promise: nil) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    input.fail(.clientGone)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  /// Nothing more is said. What the client still sends is dropped, because closing on it would turn the end that it
  /// reads into a reset.
  func finish(_ context: ChannelHandlerContext) {
    isDiscarding = true
    if inputIsClosed {
      context.close(promise: nil)
      return
    }
    context.close(mode: .output, promise: nil)
    context.read()
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: .seconds(2)) { bound.value.close(promise: nil) }
  }
}
