import Glibc

/// Sockets that systemd listens on and hands over: sd_listen_fds(3).
enum InheritedSockets {
  private static let first: Int32 = 3

  /// Their numbers; none where they are meant for another process. What this one starts does not inherit them.
  static func take() -> [Int32] {
    defer { for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsetenv(name) } }
    func number(_ name: String) -> Int32? { getenv(name).flatMap { Int32(String(cString: $0)) } }
    guard number("LISTEN_PID") == getpid(), let count = number("LISTEN_FDS"), (1...64).contains(count) else {
      return []
    }
    let sockets = Array(first..<(first + count))
    for socket in sockets { _ = fcntl(socket, F_SETFD, FD_CLOEXEC) }
    return sockets
  }
}
