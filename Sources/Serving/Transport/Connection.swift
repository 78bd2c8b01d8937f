import Diagnostics
import Linux
import NIOCore
import NIOHTTP1

/// One client: takes requests off it in order, hands each to a worker, and sends what that answers.
///
/// Everything in here happens on the connection's event loop; workers reach it through `Exchange`.
final class Connection: ChannelInboundHandler, @unchecked Sendable {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// How long a client may take for what it is to say next.
  private enum Patience {
    static let head = TimeAmount.seconds(60)
    static let idle = TimeAmount.minutes(10)
    static let body = TimeAmount.minutes(2)
    static let goodbye = TimeAmount.seconds(2)
  }

  private let serve: @Sendable (Exchange) -> Void
  private let counter: ConnectionCounter
  private var context: ChannelHandlerContext!
  /// The request that is being answered.
  private var exchange: Exchange?
  private var requestIsComplete = false
  /// What arrived behind it.
  private var pending = CircularBuffer<HTTPServerRequestPart>()
  private(set) var inputIsClosed = false
  private var isLeaving = false
  private var raw: RawHandler?
  private var isTakenOver = false
  private var watchdog: Scheduled<Void>?
  private var isCounted = false

  init(counter: ConnectionCounter, serve: @escaping @Sendable (Exchange) -> Void) {
    self.serve = serve
    self.counter = counter
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func channelActive(context: ChannelHandlerContext) {
    isCounted = counter.enter()
    guard isCounted else {
      isLeaving = true
      context.close(promise: nil)
      return
    }
    watch(for: Patience.head)
    context.read()
  }

  func channelInactive(context: ChannelHandlerContext) {
    watchdog?.cancel()
    if isCounted { counter.leave() }
    exchange?.clientHasGone()
    exchange = nil
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    if isLeaving { return }
    if exchange != nil && requestIsComplete || !pending.isEmpty {
      pending.append(part)
    } else {
      take(part)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) { readMore() }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
    inputIsClosed = true
    guard let exchange, !isLeaving else { return context.close(promise: nil) }
    // Whoever asked reads no more than what is answered now: a stream without end would never notice.
    if !requestIsComplete { exchange.body.fail(.clientGone) }
    exchange.clientHasClosedItsSide()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard exchange == nil, !isLeaving, error is HTTPParserError else { return context.close(promise: nil) }
    var head = HTTPResponseHead(version: .http1_1, status: .badRequest)
    head.headers = ["Content-Type": "text/plain; charset=utf-8", "Connection": "close"]
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "400 Bad Request")))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    leave()
  }

  private func take(_ part: HTTPServerRequestPart) {
    switch part {
    case .head(let head):
      requestIsComplete = false
      let exchange = Exchange(head, self, context.channel)
      self.exchange = exchange
      exchange.body.onRoom { [self, loop = context.eventLoop] in loop.execute { self.readMore() } }
      watch(for: Patience.body)
      serve(exchange)
    case .body(let bytes):
      if exchange?.body.push(bytes) ?? true { watch(for: Patience.body) } else { watchdog?.cancel() }
    case .end:
      requestIsComplete = true
      watchdog?.cancel()
      exchange?.body.finish()
    }
  }

  /// A client whose request is complete is read once more, to notice that it goes.
  private func readMore() {
    guard !isTakenOver, !inputIsClosed, pending.isEmpty, isLeaving || exchange?.body.hasRoom ?? true else { return }
    context.read()
  }

  private func watch(for time: TimeAmount) {
    watchdog?.cancel()
    watchdog = context.eventLoop.scheduleTask(in: time) { [weak self] in
      guard let self else { return }
      self.exchange?.body.fail(Failure(.timedOut, "the client stopped sending"))
      if self.exchange == nil || self.isLeaving { self.context.close(promise: nil) }
    }
  }

  // MARK: What workers ask for

  func send(_ head: HTTPResponseHead) {
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.flush()
  }

  func send(_ bytes: ByteBuffer) -> EventLoopFuture<Void> {
    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(bytes))))
  }

  /// The answer is complete.
  func end(_ ended: Exchange, keepAlive: Bool) {
    guard exchange === ended else { return }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    guard keepAlive, requestIsComplete, !inputIsClosed else { return leave() }
    exchange = nil
    requestIsComplete = false
    watch(for: Patience.idle)
    while exchange == nil || !requestIsComplete, let part = pending.popFirst() { take(part) }
    readMore()
  }

  /// The answer cannot be completed, which the client must not take for its end.
  func abort(_ ended: Exchange) {
    if exchange === ended { context.close(promise: nil) }
  }

  /// Closes what is sent, and the connection when the client has closed its side or had its time.
  private func leave() {
    isLeaving = true
    exchange = nil
    pending.removeAll()
    if inputIsClosed || !context.channel.isActive { return context.close(promise: nil) }
    context.close(mode: .output, promise: nil)
    watch(for: Patience.goodbye)
    readMore()
  }

  /// Ends HTTP on this connection: what comes from now on is the caller's, and so is what is sent.
  /// - Returns: `nil` where the client has gone.
  func becomeRaw(_ ended: Exchange, head: [UInt8], input: ByteQueue) throws -> Void? {
    let raw = RawHandler(input)
    self.raw = raw
    input.onRoom { [channel = context.channel] in channel.read() }
    guard try takeOver(ended, head: head, [raw]) != nil else { return nil }
    if inputIsClosed { input.finish() }
    return ()
  }

  /// Sends an answer's head as it is and puts others in the place of those that speak HTTP.
  /// - Returns: `nil` where the client has gone.
  func takeOver(_ ended: Exchange, head: [UInt8], _ handlers: [any ChannelHandler]) throws -> (any Channel)? {
    guard exchange === ended, context.channel.isActive else { return nil }
    let pipeline = context.pipeline.syncOperations
    let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
    let encoder = try pipeline.context(handlerType: HTTPResponseEncoder.self)
    isTakenOver = true
    watchdog?.cancel()
    let channel = context.channel
    // Both take effect at once; what the decoder has not read goes on to the new handlers.
    pipeline.removeHandler(context: encoder, promise: nil)
    channel.writeAndFlush(ByteBuffer(bytes: head), promise: nil)
    try pipeline.addHandlers(handlers, position: .after(decoder.handler as! ByteToMessageHandler<HTTPRequestDecoder>))
    pipeline.removeHandler(context: decoder, promise: nil)
    channel.read()
    return channel
  }

  func sendRaw(_ bytes: ByteBuffer) -> EventLoopFuture<Void> { context.channel.writeAndFlush(bytes) }

  func finishRaw() {
    guard let raw, let context = try? context.pipeline.syncOperations.context(handler: raw) else { return }
    raw.finish(context)
  }
}
