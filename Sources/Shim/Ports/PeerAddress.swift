import Glibc
import Launch
import Linux

/// The container's side of a published port as connect(2) wants it.
struct PeerAddress: Sendable {
  private var storage = sockaddr_storage()
  private var size: socklen_t = 0

  /// `nil` where the text is no address.
  init?(_ port: PortLaunch) {
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, port.address, &four) == 1 {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.port.bigEndian
      address.sin_addr = four
      store(address)
    } else if inet_pton(AF_INET6, port.address, &six) == 1 {
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = port.port.bigEndian
      address.sin6_addr = six
      store(address)
    } else {
      return nil
    }
  }

  private mutating func store<Address>(_ address: Address) {
    withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: Address.self) }
    size = socklen_t(MemoryLayout<Address>.size)
  }

  /// A socket on its way to this address; it does not wait for the answer.
  func connect(_ type: __socket_type) -> Descriptor? {
    let flags = Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let raw = socket(Int32(storage.ss_family), flags, 0)
    guard raw >= 0 else { return nil }
    let descriptor = Descriptor(owning: raw)
    let result = withUnsafePointer(to: storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(raw, $0, size) }
    }
    return result == 0 || errno == EINPROGRESS ? descriptor : nil
  }
}
