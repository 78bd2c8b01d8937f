import Diagnostics
import Engine
import Glibc
import Linux
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Where a server listens and whom it lets in.
public struct ServerSettings: Sendable {
  public enum Address: Hashable, Sendable {
    /// A socket in the file system with permission bits and a group.
    case unix(path: String, mode: UInt32, group: UInt32?)
    /// One that is bound already (systemd's socket activation).
    case descriptor(Int32)
    /// Only with certificates on both sides.
    case tcp(host: String, port: Int)
  }

  /// PEM files of a server that asks its clients for a certificate.
  public struct TLS: Hashable, Sendable {
    public var authority: String
    public var certificate: String
    public var key: String

    public init(authority: String, certificate: String, key: String) {
      self.authority = authority
      self.certificate = certificate
      self.key = key
    }
  }

  public var addresses: [Address]
  public var tls: TLS?
  /// Of the process: proxies, where registries are configured.
  public var environment: [String: String] = [:]
  /// Of Davit.
  public var version: String

  public init(addresses: [Address], version: String) {
    self.addresses = addresses
    self.version = version
  }
}

/// `davit serve`: the Docker Engine API. Its end leaves every container as it is.
public final class Server: Sendable {
  /// Beyond these, clients are turned away.
  static let connectionLimit = 2048
  /// Who comes while as many wait to be let in is told to try again.
  private static let backlog: Int32 = 4096

  private let settings: ServerSettings
  private let api: API
  private let counter = ConnectionCounter(limit: connectionLimit)

  public init(_ engine: Engine, _ settings: ServerSettings) {
    self.settings = settings
    api = API(engine, environment: settings.environment, version: settings.version)
  }

  /// Serves until cancelled. Sockets that it made in the file system are gone afterwards.
  /// - Parameter ready: called when every address listens.
  public func run(until cancellation: Cancellation, ready: () -> Void = {}) throws {
    signal(SIGPIPE, SIG_IGN)
    let tls = try settings.tls.map(Self.context)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    defer { try? group.syncShutdownGracefully() }
    var listeners: [any Channel] = []
    defer {
      for case .unix(let path, _, _) in settings.addresses.prefix(listeners.count) { unlink(path) }
      for listener in listeners { try? listener.close().wait() }
    }
    for address in settings.addresses { listeners.append(try listen(address, group, tls)) }
    ready()
    _ = poll([cancellation.descriptor])
  }

  private func listen(_ address: ServerSettings.Address, _ group: any EventLoopGroup, _ tls: NIOSSLContext?) throws
    -> any Channel
  {
    switch address {
    case .unix(let path, let mode, let owner):
      let socket: Linux.Descriptor
      do { socket = try UnixSocket.listen(path, mode: mode, backlog: Self.backlog) } catch {
        throw error.errno == EADDRINUSE
          ? Failure(.conflict, "another server listens there already", subject: path) : error.failure
      }
      if let owner, chown(path, UInt32.max, owner) != 0 {
        throw SystemError("giving to group \(owner)", path, errno: errno).failure
      }
      return try listen(socket.release(), bootstrap(group, nil))
    case .descriptor(let raw):
      return try listen(raw, bootstrap(group, Self.isInternet(raw) ? tls : nil))
    case .tcp(let host, let port):
      guard let tls else {
        throw Failure(
          .invalidInput, "TCP needs certificates on both sides", subject: "tcp://\(host):\(port)",
          hint: "give --tlsverify, --tlscacert, --tlscert and --tlskey: whoever reaches this socket is root here")
      }
      do { return try bootstrap(group, tls).bind(host: host, port: port).wait() } catch {
        throw Failure(.conflict, "\(error)", subject: "tcp://\(host):\(port)")
      }
    }
  }

  /// On a socket that is bound already, for which the bootstrap does not heed its backlog: listen(2) may be called again.
  private func listen(_ raw: Int32, _ bootstrap: ServerBootstrap) throws -> any Channel {
    let channel = try bootstrap.withBoundSocket(raw).wait()
    _ = Glibc.listen(raw, Self.backlog)
    return channel
  }

  private func bootstrap(_ group: any EventLoopGroup, _ tls: NIOSSLContext?) -> ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(ChannelOptions.backlog, value: Self.backlog)
      .childChannelOption(ChannelOptions.autoRead, value: false)
      .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { [self] channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
          try pipeline.addHandler(HTTPResponseEncoder())
          try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)))
          try pipeline.addHandler(Connection(counter: counter, serve: api.serve))
        }
      }
  }

  /// Whoever wants in shows a certificate of the authority.
  private static func context(_ files: ServerSettings.TLS) throws -> NIOSSLContext {
    do {
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(files.certificate).map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem)))
      configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(files.authority))
      configuration.certificateVerification = .noHostnameVerification
      configuration.minimumTLSVersion = .tlsv12
      return try NIOSSLContext(configuration: configuration)
    } catch { throw Failure(.invalidInput, "a certificate or key cannot be used: \(error)", subject: "--tlsverify") }
  }

  private static func isInternet(_ raw: Int32) -> Bool {
    var address = sockaddr()
    var length = socklen_t(MemoryLayout<sockaddr>.size)
    getsockname(raw, &address, &length)
    return address.sa_family == UInt16(AF_INET) || address.sa_family == UInt16(AF_INET6)
  }
}
