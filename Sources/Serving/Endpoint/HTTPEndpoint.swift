import Diagnostics
import Glibc
import Linux
import NIOCore
import NIOHTTP1
import NIOPosix

/// A few small answers over HTTP, for programs that have something to say of themselves: metrics, health, webhooks.
public final class HTTPEndpoint: Sendable {
  public struct Request: Sendable {
    public var method: String
    /// Without the query.
    public var path: String
    public var body: [UInt8]
    let headers: HTTPHeaders

    public func header(_ name: String) -> String? { headers.first(name: name) }
  }

  public struct Response: Sendable {
    public var status: Int
    public var type: String
    public var body: String

    public init(_ status: Int, _ body: String, type: String = "text/plain; charset=utf-8") {
      self.status = status
      self.body = body
      self.type = type
    }
  }

  public typealias Handler = @Sendable (Request) -> Response

  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel
  private let counter = ConnectionCounter(limit: 256)

  /// Listens until it is closed.
  /// - Parameters:
  ///   - bodyLimit: bytes; longer ones are refused.
  ///   - handler: called on the event loop: it may not wait for anything.
  public init(host: String, port: Int, bodyLimit: Int, handler: @escaping Handler) throws(Failure) {
    signal(SIGPIPE, SIG_IGN)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    self.group = group
    let counter = counter
    do {
      channel = try ServerBootstrap(group: group)
        .serverChannelOption(ChannelOptions.backlog, value: 64)
        .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
            try channel.pipeline.syncOperations.addHandler(
              EndpointHandler(counter: counter, bodyLimit: bodyLimit, handler: handler))
          }
        }.bind(host: host, port: port).wait()
    } catch {
      try? group.syncShutdownGracefully()
      throw Failure(.conflict, "cannot listen: \(error)", subject: "\(host):\(port)")
    }
  }

  /// `127.0.0.1:9310`
  public var address: String {
    channel.localAddress.map { "\($0.ipAddress ?? "?"):\($0.port ?? 0)" } ?? "?"
  }

  public func close() {
    try? channel.close().wait()
    try? group.syncShutdownGracefully()
  }
}
