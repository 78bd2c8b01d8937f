import Glibc
import Linux

/// A TCP client. Its queries are answered as they become ready (RFC 7766).
struct Client {
  let descriptor: Descriptor
  var input: [UInt8] = []
  var output: [UInt8] = []
  var deadline: Int64
  /// Queries that wait for a resolver.
  var waiting = 0
  var isWatchedForWriting = false
  var sendsNoMore = false

  /// A longer query is a broken or hostile client.
  static let queryLimit = 4096
  /// Answers that a client does not read.
  static let outputLimit = 1 << 17
  static let patience: Int64 = 10_000_000_000
}

extension NameServer {
  func acceptClients() {
    while true {
      let raw = accept(sockets.listener.raw, nil, nil)
      guard raw >= 0 else { return }
      let descriptor = Descriptor(owning: raw)
      guard (try? descriptor.setInherited(false)) != nil, (try? descriptor.setNonBlocking(true)) != nil else {
        continue
      }
      // One too many is closed at once.
      guard clients.count < Self.clientLimit else { continue }
      let token = events.makeToken()
      guard (try? events.epoll.add(raw, [.readable, .readHangUp], token: token)) != nil else { continue }
      clients[token] = Client(descriptor: descriptor, deadline: Monotonic.now + Client.patience)
    }
  }

  func serveClient(_ token: UInt64, _ ready: Epoll.Interest) {
    if ready.contains(.writable) { flush(token) }
    if ready.contains(.readable) || ready.contains(.readHangUp) { readClient(token) }
    if ready.contains(.error) || ready.contains(.hangUp) { clients[token] = nil }
  }

  private func readClient(_ token: UInt64) {
    guard var client = clients[token], !client.sendsNoMore else { return }
    var received = 0
    let part = [UInt8](unsafeUninitializedCapacity: Client.queryLimit) { room, count in
      received = recv(client.descriptor.raw, room.baseAddress!, room.count, 0)
      count = max(received, 0)
    }
    if received < 0, errno == EAGAIN { return }
    client.sendsNoMore = received <= 0
    client.input += part
    client.deadline = Monotonic.now + Client.patience
    var queries: [[UInt8]] = []
    while client.input.count >= 2 {
      let length = Int(client.input[0]) << 8 | Int(client.input[1])
      guard length <= Client.queryLimit else {
        clients[token] = nil
        return
      }
      guard client.input.count >= 2 + length else { break }
      queries.append(Array(client.input[2..<2 + length]))
      client.input.removeFirst(2 + length)
    }
    client.waiting += queries.count
    // Who closed his side still gets the answers; reading on would only report the end again.
    if client.sendsNoMore { try? events.epoll.modify(client.descriptor.raw, [], token: token) }
    clients[token] = client
    for query in queries { handle(query, from: .client(token)) }
    closeIfDone(token)
  }

  func send(_ message: [UInt8], to token: UInt64) {
    guard let waiting = clients[token]?.waiting else { return }
    clients[token]?.waiting = waiting - 1
    clients[token]?.output += [UInt8(message.count >> 8), UInt8(truncatingIfNeeded: message.count)] + message
    if clients[token]!.output.count > Client.outputLimit {
      clients[token] = nil
    } else {
      flush(token)
    }
  }

  private func flush(_ token: UInt64) {
    guard var client = clients[token] else { return }
    while !client.output.isEmpty {
      let sent = Glibc.send(client.descriptor.raw, client.output, client.output.count, Int32(MSG_NOSIGNAL))
      if sent < 0, errno == EAGAIN { break }
      guard sent > 0 else {
        clients[token] = nil
        return
      }
      client.output.removeFirst(sent)
    }
    let wantsWriting = !client.output.isEmpty
    if wantsWriting != client.isWatchedForWriting {
      client.isWatchedForWriting = wantsWriting
      let reading: Epoll.Interest = client.sendsNoMore ? [] : [.readable, .readHangUp]
      try? events.epoll.modify(client.descriptor.raw, wantsWriting ? reading.union(.writable) : reading, token: token)
    }
    clients[token] = client
    closeIfDone(token)
  }

  private func closeIfDone(_ token: UInt64) {
    guard let client = clients[token], client.sendsNoMore, client.waiting <= 0, client.output.isEmpty else { return }
    clients[token] = nil
  }
}
