import Diagnostics
import Glibc
import Linux

/// Answers a container's DNS queries; for one single-threaded event loop.
///
/// All its sockets and timers hang on one epoll descriptor: the owner watches `descriptor` for EPOLLIN and calls
/// `serve()` when it is readable; there is nothing else to do. `serve()` never blocks.
/// Call it in the host's network namespace: sockets to the resolvers are made there, when they are needed.
///
/// Bounded in all directions: queries under way, connections, bytes of a query, time.
public final class NameServer {
  /// An epoll descriptor, close-on-exec.
  public var descriptor: Int32 { events.epoll.descriptor.raw }

  let sockets: NameServerSockets
  let resolvers: [Resolver]
  let events: NameServerEvents
  var names: LocalNames
  /// Queries that wait for a resolver.
  var forwarded: [UInt64: Forwarding] = [:]
  /// TCP clients.
  var clients: [UInt64: Client] = [:]
  var random = SystemRandomNumberGenerator()

  /// Queries that may wait for resolvers at the same time; more are answered with SERVFAIL.
  static let forwardingLimit = 128
  static let clientLimit = 32

  public init(_ settings: NameServerSettings, sockets: NameServerSockets) throws(Failure) {
    self.sockets = sockets
    resolvers = settings.resolvers
    names = LocalNames(
      directories: settings.namesDirectories, search: settings.search, turn: Int.random(in: 0..<1 << 16))
    do throws(SystemError) {
      events = try NameServerEvents()
      try events.epoll.add(sockets.datagrams.raw, .readable, token: NameServerEvents.datagrams)
      try events.epoll.add(sockets.listener.raw, .readable, token: NameServerEvents.listener)
    } catch { throw error.failure.about("name service") }
  }

  /// The container is on other networks from now on.
  public func use(namesDirectories: [String]) { names.use(directories: namesDirectories) }

  public func serve() {
    for event in (try? events.epoll.wait(milliseconds: 0)) ?? [] {
      switch event.token {
      case NameServerEvents.datagrams: receiveDatagrams()
      case NameServerEvents.listener: acceptClients()
      case NameServerEvents.timer: events.timer.acknowledge()
      case let token where clients[token] != nil: serveClient(token, event.ready)
      default: continueForwarding(event.token)
      }
    }
    expire()
    events.setTimer(at: (forwarded.values.map(\.deadline) + clients.values.map(\.deadline)).min())
  }

  private func expire() {
    let now = Monotonic.now
    for (token, forwarding) in forwarded where forwarding.deadline <= now { tryNextResolver(token) }
    for (token, client) in clients where client.deadline <= now { clients[token] = nil }
  }

  /// Answers a message or sends it on its way.
  func handle(_ message: [UInt8], from origin: Origin) {
    switch Query.parse(message) {
    case .noise: break
    case .refusal(let code): if let answer = Response.refusal(of: message, code) { reply(answer, to: origin) }
    case .query(let query):
      switch names.outcome(of: query) {
      case .answer(let code, let records): reply(to: query, code, records, origin)
      case .unknown: forward(query, from: origin)
      }
    }
  }

  func reply(to query: Query, _ code: ResponseCode, _ records: [Response.Record] = [], _ origin: Origin) {
    let limit = if case .datagram = origin { query.datagramLimit } else { Int.max }
    reply(Response.message(to: query, code, records: records, limit: limit), to: origin)
  }

  func reply(_ message: [UInt8], to origin: Origin) {
    switch origin {
    case .datagram(var name):
      _ = name.withPointer { sendto(sockets.datagrams.raw, message, message.count, 0, $0, $1) }
    case .client(let token): send(message, to: token)
    }
  }

  private func receiveDatagrams() {
    // As many as one turn of the loop should take; the rest makes the descriptor readable again.
    for _ in 0..<64 {
      var name = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let message = [UInt8](unsafeUninitializedCapacity: Client.queryLimit) { room, count in
        let received = withUnsafeMutablePointer(to: &name) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            recvfrom(sockets.datagrams.raw, room.baseAddress!, room.count, 0, $0, &length)
          }
        }
        count = max(received, 0)
      }
      guard !message.isEmpty else { return }
      let peer = SocketName(.v4(UInt32(bigEndian: name.sin_addr.s_addr)), port: UInt16(bigEndian: name.sin_port))
      handle(message, from: .datagram(peer))
    }
  }
}

/// Where a query came from.
enum Origin {
  case datagram(SocketName)
  case client(UInt64)
}

/// The epoll and the one timer of a name server.
final class NameServerEvents {
  static let datagrams: UInt64 = 0
  static let listener: UInt64 = 1
  static let timer: UInt64 = 2

  let epoll: Epoll
  let timer: TimerDescriptor
  private var next: UInt64 = 3
  private var rings: Int64?

  init() throws(SystemError) {
    epoll = try Epoll(capacity: 32)
    timer = try TimerDescriptor()
    try epoll.add(timer.descriptor.raw, .readable, token: Self.timer)
  }

  func makeToken() -> UInt64 {
    next += 1
    return next
  }

  func setTimer(at deadline: Int64?) {
    guard deadline != rings else { return }
    rings = deadline
    try? timer.set(at: deadline)
  }
}
