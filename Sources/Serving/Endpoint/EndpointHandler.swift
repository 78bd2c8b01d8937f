import NIOCore
import NIOHTTP1

/// One client of an `HTTPEndpoint`: a request at a time, none longer than the limit, none slower than half a minute.
final class EndpointHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let counter: ConnectionCounter
  private let bodyLimit: Int
  private let handler: HTTPEndpoint.Handler
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var isTooLong = false
  private var watchdog: Scheduled<Void>?
  private var isCounted = false

  init(counter: ConnectionCounter, bodyLimit: Int, handler: @escaping HTTPEndpoint.Handler) {
    self.counter = counter
    self.bodyLimit = bodyLimit
    self.handler = handler
  }

  func channelActive(context: ChannelHandlerContext) {
    isCounted = counter.enter()
    guard isCounted else { return context.close(promise: nil) }
    watch(context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    watchdog?.cancel()
    if isCounted { counter.leave() }
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
      isTooLong = false
    case .body(let part):
      if body.count + part.readableBytes > bodyLimit { isTooLong = true }
      if !isTooLong { body.append(contentsOf: part.readableBytesView) }
    case .end:
      guard let head else { return }
      answer(head, context)
      self.head = nil
      body = []
      watch(context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let path = String(head.uri.prefix { $0 != "?" })
    let answer =
      isTooLong
      ? HTTPEndpoint.Response(413, "the body is too long\n")
      : handler(HTTPEndpoint.Request(method: head.method.rawValue, path: path, body: body, headers: head.headers))
    var reply = HTTPResponseHead(version: head.version, status: .init(statusCode: answer.status))
    let bytes = ByteBuffer(string: answer.body)
    reply.headers = ["Content-Type": answer.type, "Content-Length": "\(bytes.readableBytes)"]
    let closes = !head.isKeepAlive || isTooLong
    if closes { reply.headers.add(name: "Connection", value: "close") }
    context.write(wrapOutboundOut(.head(reply)), promise: nil)
    if head.method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil) }
    let done = context.writeAndFlush(wrapOutboundOut(.end(nil)))
    if closes {
      let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
      done.whenComplete { _ in bound.value.close(promise: nil) }
    }
  }

  private func watch(_ context: ChannelHandlerContext) {
    watchdog?.cancel()
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    watchdog = context.eventLoop.scheduleTask(in: .seconds(30)) { bound.value.close(promise: nil) }
  }
}
