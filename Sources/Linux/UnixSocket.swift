import CLinux
import Glibc

/// Local sockets (unix(7)). All are close-on-exec.
public enum UnixSocket {
  public enum Kind: Sendable {
    case stream, datagram, sequencedPacket

    var raw: Int32 {
      switch self {
      case .stream: 1
      case .datagram: 2
      case .sequencedPacket: 5
      }
    }
  }

  private static let closeOnExec: Int32 = 0o2000000

  /// Two ends of one connection.
  public static func pair(_ kind: Kind = .stream) throws(SystemError) -> (Descriptor, Descriptor) {
    var ends: (Int32, Int32) = (-1, -1)
    try check("making a socket pair") {
      withUnsafeMutablePointer(to: &ends) {
        systemCall(SYS_socketpair, Int(AF_UNIX), Int(kind.raw | closeOnExec), 0, $0.address)
      }
    }
    return (Descriptor(owning: ends.0), Descriptor(owning: ends.1))
  }

  /// Listens at a path. A socket that a dead process left there is replaced; the file gets `mode`.
  public static func listen(_ path: String, mode: UInt32 = 0o600, backlog: Int32 = 128) throws(SystemError)
    -> Descriptor
  {
    let socket = try make(.stream)
    if (try? FileStatus.of(path, following: false))?.kind == .socket {
      if let _ = try? connect(path) { throw SystemError("listening on", path, errno: EADDRINUSE) }
      _ = path.withCString { systemCall(SYS_unlink, $0.address) }
    }
    // Linux takes the new file's mode, less the umask, from the socket's: it is never more open than it is to be.
    _ = fchmod(socket.raw, mode)
    try withAddress(path, step: "listening on") { address, length throws(SystemError) in
      try check("listening on", path) { systemCall(SYS_bind, Int(socket.raw), address.address, length) }
    }
    _ = chmod(path, mode)
    try check("listening on", path) { systemCall(SYS_listen, Int(socket.raw), Int(backlog)) }
    return socket
  }

  public static func connect(_ path: String) throws(SystemError) -> Descriptor {
    let socket = try make(.stream)
    try withAddress(path, step: "connecting to") { address, length throws(SystemError) in
      try check("connecting to", path) { systemCall(SYS_connect, Int(socket.raw), address.address, length) }
    }
    return socket
  }

  /// The next client; `nil` when the socket is non-blocking and nobody waits.
  public static func accept(_ socket: Descriptor, nonBlocking: Bool = false) throws(SystemError) -> Descriptor? {
    do {
      let raw = try check("accepting a connection") {
        systemCall(SYS_accept4, Int(socket.raw), 0, 0, Int(closeOnExec | (nonBlocking ? O_NONBLOCK : 0)))
      }
      return Descriptor(owning: Int32(raw))
    } catch {
      if error.errno == EAGAIN || error.errno == ECONNABORTED { return nil }
      throw error
    }
  }

  private static func make(_ kind: Kind) throws(SystemError) -> Descriptor {
    Descriptor(
      owning: Int32(
        try check("making a socket") { systemCall(SYS_socket, Int(AF_UNIX), Int(kind.raw | closeOnExec), 0) }))
  }

  /// A path longer than `sun_path` is reached through a descriptor of its folder.
  private static func withAddress(
    _ path: String, step: String, _ body: (UnsafeRawPointer, Int) throws(SystemError) -> Void
  ) throws(SystemError) {
    let room = 108
    guard path.utf8.count >= room else { return try withShortAddress(path, body) }
    let (folder, name) = splitPath(path)
    let directory = try Descriptor.open(folder, .anchor, step: step)
    let short = directory.procPath + "/" + name
    guard short.utf8.count < room else { throw SystemError(step, path, errno: ENAMETOOLONG) }
    try withShortAddress(short, body)
  }

  private static func withShortAddress(
    _ path: String, _ body: (UnsafeRawPointer, Int) throws(SystemError) -> Void
  ) throws(SystemError) {
    var bytes: [UInt8] = []
    withUnsafeBytes(of: UInt16(AF_UNIX)) { bytes += $0 }
    bytes += path.utf8
    bytes.append(0)
    var failed: SystemError?
    bytes.withUnsafeBytes { raw in
      do { try body(raw.baseAddress!, raw.count) } catch let error as SystemError { failed = error } catch {}
    }
    if let failed { throw failed }
  }
}
