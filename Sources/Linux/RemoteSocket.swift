import CLinux
import Glibc

/// Sockets that talk to an address which is known as the kernel's bytes (`sockaddr`).
public enum RemoteSocket {
  /// Connects, and gives up after `patience` nanoseconds; so does every write later.
  public static func connect(_ address: [UInt8], stream: Bool, patience: Int64) throws(SystemError) -> Descriptor {
    let family = address.withUnsafeBytes { $0.count < 2 ? 0 : Int32($0.loadUnaligned(as: UInt16.self)) }
    let type = (stream ? 1 : 2) | Int32(O_CLOEXEC)
    let socket = Descriptor(
      owning: Int32(
        try check("making a socket") { systemCall(SYS_socket, Int(family), Int(type), 0) }))
    var limit = timeval(tv_sec: Int(patience / 1_000_000_000), tv_usec: Int(patience % 1_000_000_000 / 1000))
    _ = setsockopt(socket.raw, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    try check("connecting") {
      address.withUnsafeBytes { systemCall(SYS_connect, Int(socket.raw), $0.baseAddress?.address ?? 0, $0.count) }
    }
    return socket
  }

  /// The bytes of a local socket's address.
  public static func address(ofPath path: String) -> [UInt8] {
    withUnsafeBytes(of: UInt16(AF_UNIX)) { Array($0) } + path.utf8 + [0]
  }
}

extension Descriptor {
  /// Sends all of it, without a signal where nobody is at the other end.
  public func sendAll(_ bytes: [UInt8]) throws(SystemError) {
    var sent = 0
    while sent < bytes.count {
      sent += try check("sending") {
        bytes.withUnsafeBytes {
          systemCall(
            SYS_sendto, Int(raw), $0.baseAddress!.address + sent, $0.count - sent, Int(MSG_NOSIGNAL), 0, 0)
        }
      }
    }
  }
}
