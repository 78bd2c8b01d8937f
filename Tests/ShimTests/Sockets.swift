import Glibc
import Linux

@testable import Shim

/// Plain sockets on loopback, the way programs outside of Davit use them.
enum Sockets {
  /// A socket bound to a free port of `127.0.0.1` or `[::1]`.
  static func bound(_ type: __socket_type, six: Bool = false) throws -> (Descriptor, port: UInt16) {
    let raw = socket(six ? AF_INET6 : AF_INET, Int32(type.rawValue), 0)
    var (four, sixth) = (address4(0), address6(0))
    let result = six ? with(&sixth) { bind(raw, $0, $1) } : with(&four) { bind(raw, $0, $1) }
    precondition(result == 0)
    var storage = sockaddr_in6()
    var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
    _ = with(&storage) { address, _ in getsockname(raw, address, &size) }
    // The port is at the same place for both families.
    return (Descriptor(owning: raw), UInt16(bigEndian: storage.sin6_port))
  }

  static func connected(_ type: __socket_type, to port: UInt16, six: Bool = false) throws -> Descriptor {
    let raw = socket(six ? AF_INET6 : AF_INET, Int32(type.rawValue), 0)
    var (four, sixth) = (address4(port), address6(port))
    let result = six ? with(&sixth) { connect(raw, $0, $1) } : with(&four) { connect(raw, $0, $1) }
    if result != 0 { throw SystemError("connecting to", "\(port)", errno: errno) }
    return Descriptor(owning: raw)
  }

  private static func address4(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }

  private static func address6(_ port: UInt16) -> sockaddr_in6 {
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    address.sin6_addr = in6addr_loopback
    return address
  }

  private static func with<Address>(
    _ address: inout Address, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<Address>.size)) }
    }
  }
}

extension EventLoop {
  /// Runs while `body` works on another thread.
  func run(beside body: @escaping @Sendable () throws -> Void) throws {
    let (reading, writing) = try Descriptor.pipe()
    let thread = try Thread.spawn {
      defer { writing.close() }
      try body()
    }
    try watch(reading.raw, .readable) { [unowned self] _ in stop() }
    run()
    forget(reading.raw)
    try thread.join()
  }
}
