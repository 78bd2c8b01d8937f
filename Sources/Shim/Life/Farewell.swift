import CLinux
import Glibc
import Launch
import Linux

/// What a container leaves outside of itself is taken back when it came to its end: firewall elements and names.
struct Farewell: Hashable, Sendable {
  var exitNetlink: [Datagram]
  var unlinkOnExit: [String]

  func say() {
    if !exitNetlink.isEmpty { sendBatches() }
    for path in unlinkOnExit { unlink(path) }
  }

  /// Elements that are gone already make the kernel answer with an error that nobody has to read.
  ///
  /// All batches go through one socket, and it is left to the end of the process: closing a socket of nf_tables waits
  /// until what was removed is really gone, some 20 ms each time.
  private func sendBatches() {
    let socket = socket(
      AF_NETLINK, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 12 /* NETLINK_NETFILTER */)
    guard socket >= 0 else { return }
    var address = sockaddr()
    address.sa_family = sa_family_t(AF_NETLINK)
    for batch in exitNetlink {
      // struct sockaddr_nl: family, padding, port id 0 (the kernel), no groups; 12 bytes.
      _ = withUnsafePointer(to: &address) { sendto(socket, batch.bytes, batch.bytes.count, 0, $0, 12) }
    }
  }
}
