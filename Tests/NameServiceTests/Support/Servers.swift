import Glibc
import Linux
import Synchronization

@testable import NameService

/// A network namespace of the test's own, with `lo` up.
struct Sandbox: Sendable {
  /// Runs a name server in it on a thread of its own.
  func serve(_ settings: NameServerSettings) throws -> RunningServer { try RunningServer(settings) }
}

func inSandbox<Value: Sendable>(_ body: @escaping @Sendable (Sandbox) throws -> Value) throws -> Value {
  try Thread.spawn {
    try Namespaces.network.unshare()
    try NetlinkSocket(.route).perform([Rtnetlink.setUp("lo")])
    return try body(Sandbox())
  }.join()
}

/// A name server with the loop that its owner would have.
final class RunningServer: Sendable {
  private let ended = Atomic<Bool>(false)
  private let thread: Mutex<Thread<Void>?>

  init(_ settings: NameServerSettings) throws {
    thread = Mutex(nil)
    let (reading, writing) = try Descriptor.pipe()
    let started = try Thread.spawn { [self] in
      let server = try NameServer(settings, sockets: try NameServerSockets(port: 53))
      try writing.writeAll([1])
      let epoll = try Epoll()
      try epoll.add(server.descriptor, .readable, token: 0)
      while !ended.load(ordering: .relaxed) {
        if try !epoll.wait(milliseconds: 20).isEmpty { server.serve() }
      }
    }
    thread.withLock { $0 = started }
    _ = try reading.read(upTo: 1)
  }

  func stop() {
    ended.store(true, ordering: .relaxed)
    _ = try? thread.withLock { $0 }?.join()
  }
}

/// A resolver on a loopback address that answers everything alike.
final class FakeResolver: Sendable {
  private let sockets: [Descriptor]

  /// - Parameter lies: datagrams with a wrong number that it sends before the right one.
  init(_ address: IPAddress, answer: IPAddress? = nil, code: UInt16 = 0, lies: Int = 0) throws {
    var sockets: [Descriptor] = []
    for kind in [Int32(SOCK_DGRAM.rawValue), Int32(SOCK_STREAM.rawValue)] {
      let raw = socket(AF_INET, kind, 0)
      var on: Int32 = 1
      setsockopt(raw, SOL_SOCKET, SO_REUSEADDR, &on, 4)
      var name = SocketName(address, port: 53)
      guard name.withPointer({ bind(raw, $0, $1) }) == 0 else { throw SystemError("bind", errno: errno) }
      sockets.append(Descriptor(owning: raw))
    }
    listen(sockets[1].raw, 8)
    self.sockets = sockets
    let reply: @Sendable ([UInt8]) -> [UInt8] = { message in
      guard case .query(let query) = Query.parse(message) else { return [] }
      return Response.message(
        to: query, ResponseCode(rawValue: code), records: answer.map { [.address($0)] } ?? [])
    }
    let datagrams = sockets[0]
    let streams = sockets[1]
    _ = try Thread.spawn {
      while true {
        var peer = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var room = [UInt8](repeating: 0, count: 4096)
        let received = withUnsafeMutablePointer(to: &peer) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            recvfrom(datagrams.raw, &room, room.count, 0, $0, &length)
          }
        }
        guard received > 0 else { return }
        let right = reply(Array(room.prefix(received)))
        for message in (0..<lies).map({ right.withID(UInt16($0)) }) + [right] {
          _ = withUnsafeMutablePointer(to: &peer) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
              sendto(datagrams.raw, message, message.count, 0, $0, length)
            }
          }
        }
      }
    }
    _ = try Thread.spawn {
      while true {
        let raw = accept(streams.raw, nil, nil)
        guard raw >= 0 else { return }
        let client = Descriptor(owning: raw)
        var room = [UInt8](repeating: 0, count: 4096)
        let received = recv(raw, &room, room.count, 0)
        guard received > 2 else { continue }
        let message = reply(Array(room[2..<received]))
        // In two pieces, as a network may deliver it.
        let framed = [UInt8(message.count >> 8), UInt8(truncatingIfNeeded: message.count)] + message
        _ = send(client.raw, framed, 5, Int32(MSG_NOSIGNAL))
        usleep(5000)
        _ = send(client.raw, Array(framed[5...]), framed.count - 5, Int32(MSG_NOSIGNAL))
      }
    }
  }

  deinit { for socket in sockets { shutdown(socket.raw, Int32(SHUT_RDWR)) } }
}

private let server = IPAddress.v4(0x7f00_000b)

func askDatagram(_ message: [UInt8]) throws -> Answer {
  let descriptor = Descriptor(owning: socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0))
  setPatience(descriptor)
  var name = SocketName(server, port: 53)
  _ = name.withPointer { connect(descriptor.raw, $0, $1) }
  _ = send(descriptor.raw, message, message.count, 0)
  var room = [UInt8](repeating: 0, count: 65535)
  let received = recv(descriptor.raw, &room, room.count, 0)
  guard received > 0 else { throw SystemError("no answer", errno: errno) }
  guard room[0] == message[0], room[1] == message[1] else { throw Unreadable() }
  return try Answer(Array(room.prefix(received)))
}

func connectStream() -> Descriptor {
  let descriptor = Descriptor(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
  setPatience(descriptor)
  var name = SocketName(server, port: 53)
  _ = name.withPointer { connect(descriptor.raw, $0, $1) }
  return descriptor
}

/// Asks everything at once on one connection.
func askStream(_ messages: [[UInt8]]) throws -> [Answer] {
  let descriptor = connectStream()
  let all = messages.flatMap { [UInt8($0.count >> 8), UInt8(truncatingIfNeeded: $0.count)] + $0 }
  _ = send(descriptor.raw, all, all.count, 0)
  shutdown(descriptor.raw, Int32(SHUT_WR))
  var rest = try descriptor.readAll(limit: 1 << 20)[...]
  var answers: [Answer] = []
  while rest.count > 2 {
    let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
    answers.append(try Answer(Array(rest.dropFirst(2).prefix(length))))
    rest = rest.dropFirst(2 + length)
  }
  return answers
}

private func setPatience(_ descriptor: Descriptor) {
  var time = timeval(tv_sec: 10, tv_usec: 0)
  setsockopt(descriptor.raw, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
}
