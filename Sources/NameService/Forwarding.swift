import Glibc
import Linux

/// A query that waits for a resolver. It has a socket of its own, so its source port and its number are both random and only
/// the resolver's address can answer (RFC 5452).
struct Forwarding {
  let query: Query
  let origin: Origin
  /// Which resolver is asked, counted over all tries.
  var attempt = 0
  var id: UInt16 = 0
  var deadline: Int64 = 0
  var socket: Descriptor?
  /// Over TCP: what is still to be sent, and what came.
  var output: [UInt8] = []
  var input: [UInt8] = []
  /// The last answer that was no help, for when there is no better one.
  var lastAnswer: [UInt8]?

  var isOverTCP: Bool { if case .client = origin { true } else { false } }

  /// For one try; a client of musl or glibc asks again itself after 5 s.
  static let patience: Int64 = 2_000_000_000
}

extension NameServer {
  /// Sends a query to the resolvers, one after the other until one answers: each once, a single one twice.
  func forward(_ query: Query, from origin: Origin) {
    guard !resolvers.isEmpty else { return giveUp(query, origin, nil) }
    guard forwarded.count < Self.forwardingLimit else { return reply(to: query, .serverFailure, [], origin) }
    let token = events.makeToken()
    var forwarding = Forwarding(query: query, origin: origin)
    forwarding.attempt = -1
    forwarded[token] = forwarding
    tryNextResolver(token)
  }

  func tryNextResolver(_ token: UInt64) {
    guard var forwarding = forwarded[token] else { return }
    while true {
      forwarding.attempt += 1
      guard forwarding.attempt < max(resolvers.count, 2) else {
        forwarded[token] = nil
        return giveUp(forwarding.query, forwarding.origin, forwarding.lastAnswer)
      }
      forwarding.id = random.next()
      forwarding.deadline = Monotonic.now + Forwarding.patience
      forwarding.input = []
      forwarding.socket = ask(resolvers[forwarding.attempt % resolvers.count], &forwarding, token)
      if forwarding.socket != nil { break }
    }
    forwarded[token] = forwarding
  }

  /// Something happened on the socket of a query.
  func continueForwarding(_ token: UInt64) {
    guard let forwarding = forwarded[token], let socket = forwarding.socket else { return }
    if forwarding.isOverTCP { return continueStream(token, socket) }
    // Datagrams that answer something else are passed over; a refused one is reported as an error of the socket.
    for _ in 0..<8 {
      var received = 0
      let message = [UInt8](unsafeUninitializedCapacity: 65535) { room, count in
        received = recv(socket.raw, room.baseAddress!, room.count, 0)
        count = max(received, 0)
      }
      if received < 0 {
        if errno != EAGAIN { tryNextResolver(token) }
        return
      }
      if forwarding.query.isAnswered(by: message, id: forwarding.id) { return answered(token, message) }
    }
  }

  private func continueStream(_ token: UInt64, _ socket: Descriptor) {
    guard var forwarding = forwarded[token] else { return }
    while !forwarding.output.isEmpty {
      let sent = Glibc.send(
        socket.raw, forwarding.output, forwarding.output.count, Int32(MSG_NOSIGNAL))
      if sent < 0, errno == EAGAIN || errno == ENOTCONN { break }
      guard sent > 0 else { return tryNextResolver(token) }
      forwarding.output.removeFirst(sent)
      if forwarding.output.isEmpty { try? events.epoll.modify(socket.raw, .readable, token: token) }
    }
    var received = 0
    let part = [UInt8](unsafeUninitializedCapacity: 16 << 10) { room, count in
      received = recv(socket.raw, room.baseAddress!, room.count, 0)
      count = max(received, 0)
    }
    if received == 0 || received < 0 && errno != EAGAIN && errno != ENOTCONN { return tryNextResolver(token) }
    forwarding.input += part
    forwarded[token] = forwarding
    guard forwarding.input.count >= 2 else { return }
    let length = Int(forwarding.input[0]) << 8 | Int(forwarding.input[1])
    guard forwarding.input.count >= 2 + length else { return }
    let message = Array(forwarding.input[2..<2 + length])
    if forwarding.query.isAnswered(by: message, id: forwarding.id) {
      answered(token, message)
    } else {
      tryNextResolver(token)
    }
  }

  private func answered(_ token: UInt64, _ message: [UInt8]) {
    guard let forwarding = forwarded[token], let header = Header(message) else { return }
    if header.code == .serverFailure || header.code == .refused {
      forwarded[token]?.lastAnswer = message
      return tryNextResolver(token)
    }
    forwarded[token] = nil
    if header.code == .noSuchName, case .answer(let code, let records) = names.fallback(for: forwarding.query) {
      return reply(to: forwarding.query, code, records, forwarding.origin)
    }
    reply(message.withID(forwarding.query.header.id), to: forwarding.origin)
  }

  /// No resolver helped. Without any, a name of one word does not exist; of others nothing is known.
  private func giveUp(_ query: Query, _ origin: Origin, _ lastAnswer: [UInt8]?) {
    if case .answer(let code, let records) = names.fallback(for: query) {
      return reply(to: query, code, records, origin)
    }
    if let lastAnswer { return reply(lastAnswer.withID(query.header.id), to: origin) }
    reply(to: query, resolvers.isEmpty && query.name.isSingleLabel ? .noSuchName : .serverFailure, [], origin)
  }

  /// Opens a socket to the resolver and sends the query.
  private func ask(_ resolver: Resolver, _ forwarding: inout Forwarding, _ token: UInt64) -> Descriptor? {
    let message = forwarding.query.message.withID(forwarding.id)
    let isOverTCP = forwarding.isOverTCP
    let kind = isOverTCP ? Int32(SOCK_STREAM.rawValue) : Int32(SOCK_DGRAM.rawValue)
    guard let socket = openSocket(resolver, kind) else { return nil }
    var name = SocketName(resolver.address, port: resolver.port)
    let connected = name.withPointer { connect(socket.raw, $0, $1) }
    guard connected == 0 || isOverTCP && errno == EINPROGRESS else { return nil }
    if isOverTCP {
      forwarding.output = [UInt8(message.count >> 8), UInt8(truncatingIfNeeded: message.count)] + message
    } else {
      guard Glibc.send(socket.raw, message, message.count, 0) == message.count else { return nil }
    }
    let interest: Epoll.Interest = isOverTCP ? [.readable, .writable] : .readable
    guard (try? events.epoll.add(socket.raw, interest, token: token)) != nil else { return nil }
    return socket
  }

  /// In the host's network namespace, or, for a resolver inside, in the container's.
  private func openSocket(_ resolver: Resolver, _ kind: Int32) -> Descriptor? {
    var home: Descriptor?
    if resolver.inside {
      home = try? Namespaces.network.openOwn()
      guard home != nil, (try? sockets.namespace.join(.network)) != nil else { return nil }
    }
    defer { if let home { try? home.join(.network) } }
    let raw = Glibc.socket(
      Int32(resolver.address.family.rawValue),
      kind | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    return raw >= 0 ? Descriptor(owning: raw) : nil
  }
}
