import CLinux
import Glibc
import Launch
import Linux

/// What a container leaves outside of itself is taken back when it came to its end: firewall elements and names.
struct Farewell: Hashable, Sendable {
  var exitNetlink: [Datagram]
  var unlinkOnExit: [String]

  func say() {
    for batch in exitNetlink { send(batch.bytes) }
    for path in unlinkOnExit { unlink(path) }
  }

  /// Elements that are gone already make the kernel answer with an error that nobody has to read.
  private func send(_ bytes: [UInt8]) {
    let socket = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue), 12 /* NETLINK_NETFILTER */)
    guard socket >= 0 else { return }
    var address = sockaddr()
    address.sa_family = sa_family_t(AF_NETLINK)
    // struct sockaddr_nl: family, padding, port id 0 (the kernel), no groups; 12 bytes.
    _ = withUnsafePointer(to: &address) { sendto(socket, bytes, bytes.count, 0, $0, 12) }
    close(socket)
  }
}
