import Glibc
import Linux
import Synchronization

@testable import Networking

/// A program in a network namespace that tells everybody who asks its own name and the address that it sees them by.
final class Greeter: Sendable {
  let name: String
  private let sockets: [Descriptor]
  private let threads: [Thread<Void>]

  /// Serves TCP and UDP on `port`, on all addresses of both families or on one of IPv4.
  init(_ name: String, port: UInt16, at address: IPAddress = .v6(0), in namespace: NetworkNamespace) throws {
    self.name = name
    var sockets: [Descriptor] = []
    var threads: [Thread<Void>] = []
    for kind in [Int32(SOCK_STREAM.rawValue), Int32(SOCK_DGRAM.rawValue)] {
      let descriptor = try inNetworkNamespace(namespace.descriptor) {
        let raw = socket(Int32(address.family.rawValue), kind | Int32(SOCK_CLOEXEC.rawValue), 0)
        var on: Int32 = 1
        setsockopt(raw, SOL_SOCKET, SO_REUSEADDR, &on, 4)
        var own = SocketName(address, port: port)
        guard own.withPointer({ bind(raw, $0, $1) }) == 0 else { throw SystemError("bind", errno: errno) }
        if kind == Int32(SOCK_STREAM.rawValue) { listen(raw, 64) }
        return Descriptor(owning: raw)
      }
      sockets.append(descriptor)
      threads.append(
        try Thread.spawn {
          kind == Int32(SOCK_STREAM.rawValue)
            ? Self.serveStreams(descriptor, name) : Self.serveDatagrams(descriptor, name)
        })
    }
    self.sockets = sockets
    self.threads = threads
  }

  deinit { for socket in sockets { shutdown(socket.raw, Int32(SHUT_RDWR)) } }

  private static func serveStreams(_ socket: Descriptor, _ name: String) {
    while true {
      var peer = sockaddr_storage()
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let raw = withUnsafeMutablePointer(to: &peer) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { accept(socket.raw, $0, &length) }
      }
      guard raw >= 0 else { return }
      let text = "\(name) \(address(peer))"
      _ = send(raw, text, text.utf8.count, Int32(MSG_NOSIGNAL))
      close(raw)
    }
  }

  private static func serveDatagrams(_ socket: Descriptor, _ name: String) {
    while true {
      var peer = sockaddr_storage()
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      var room = [UInt8](repeating: 0, count: 64)
      let received = withUnsafeMutablePointer(to: &peer) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { recvfrom(socket.raw, &room, room.count, 0, $0, &length) }
      }
      guard received > 0 else { return }
      let text = "\(name) \(address(peer))"
      _ = withUnsafeMutablePointer(to: &peer) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          sendto(socket.raw, text, text.utf8.count, 0, $0, length)
        }
      }
    }
  }

  private static func address(_ peer: sockaddr_storage) -> IPAddress {
    let isIPv4 = Int32(peer.ss_family) == AF_INET
    let bytes = withUnsafeBytes(of: peer) { Array(isIPv4 ? $0[4..<8] : $0[8..<24]) }
    let mapped: [UInt8] = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]
    return IPAddress(bytes: bytes.starts(with: mapped) ? Array(bytes[12...]) : bytes)!
  }
}

/// What a greeter answers to somebody in `namespace`: its name and the address that it saw; `nil`: nothing came in `patience` milliseconds.
func ask(
  _ address: String, _ port: UInt16, from namespace: NetworkNamespace, datagram: Bool = false, patience: Int = 3000
) throws -> String? {
  try inNetworkNamespace(namespace.descriptor) {
    let address = IPAddress(address)!
    let kind = datagram ? Int32(SOCK_DGRAM.rawValue) : Int32(SOCK_STREAM.rawValue)
    let descriptor = Descriptor(owning: socket(Int32(address.family.rawValue), kind, 0))
    var time = timeval(tv_sec: patience / 1000, tv_usec: patience % 1000 * 1000)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor.raw, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
    }
    var name = SocketName(address, port: port)
    guard name.withPointer({ connect(descriptor.raw, $0, $1) }) == 0 else { return nil }
    if datagram { _ = send(descriptor.raw, "?", 1, 0) }
    var room = [UInt8](repeating: 0, count: 128)
    let received = recv(descriptor.raw, &room, room.count, 0)
    return received > 0 ? String(decoding: room.prefix(received), as: UTF8.self) : nil
  }
}

/// A UDP client that keeps its port from one question to the next.
struct DatagramClient: Sendable {
  private let descriptor: Descriptor

  init(_ address: String, _ port: UInt16, in namespace: NetworkNamespace) throws {
    descriptor = try inNetworkNamespace(namespace.descriptor) {
      let address = IPAddress(address)!
      let descriptor = Descriptor(owning: socket(Int32(address.family.rawValue), Int32(SOCK_DGRAM.rawValue), 0))
      var time = timeval(tv_sec: 3, tv_usec: 0)
      setsockopt(descriptor.raw, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
      var name = SocketName(address, port: port)
      _ = name.withPointer { connect(descriptor.raw, $0, $1) }
      return descriptor
    }
  }

  func ask() -> String? {
    _ = send(descriptor.raw, "?", 1, 0)
    var room = [UInt8](repeating: 0, count: 128)
    let received = recv(descriptor.raw, &room, room.count, 0)
    return received > 0 ? String(decoding: room.prefix(received), as: UTF8.self) : nil
  }
}
