import Diagnostics
import Glibc
import Linux
import Spec

/// Binding host sockets.
enum PortBinding {
  enum Outcome {
    case bound([PortReservation.BoundSocket], port: UInt16)
    /// Somebody else has it, on this address.
    case taken(IPAddress)
  }

  /// Binds the same port on every address.
  /// - Parameter port: 0: the kernel chooses one that is free on all of them.
  /// - Parameter shared: other sockets of the same user that ask for it too may have the port (SO_REUSEPORT).
  /// - Parameter listens: a TCP socket takes connections at once; `false`: it will be told to later.
  static func bind(
    _ transport: PortSpec.Transport, port: UInt16, addresses: [IPAddress], shared: Bool, listens: Bool = true
  ) throws(Failure) -> Outcome {
    guard transport != .sctp else { return .bound([], port: port) }
    for _ in 0..<64 {
      var sockets: [PortReservation.BoundSocket] = []
      var chosen = port
      var taken: IPAddress?
      for address in addresses {
        guard let descriptor = try socket(transport, address, shared: shared && port != 0) else { continue }
        guard try bind(descriptor, address, chosen, listens: listens && transport == .tcp) else {
          taken = address
          break
        }
        if chosen == 0 { chosen = try boundPort(descriptor) }
        sockets.append(.init(descriptor: descriptor, address: address))
      }
      guard let taken else { return .bound(sockets, port: chosen) }
      if port != 0 { return .taken(taken) }
    }
    throw Failure(.conflict, "no port is free on \(addresses.map(\.description).joined(separator: " and "))")
  }

  /// `nil` where the kernel has no IPv6 and the address is one of several.
  private static func socket(
    _ transport: PortSpec.Transport, _ address: IPAddress, shared: Bool
  ) throws(Failure) -> Descriptor? {
    let kind = transport == .tcp ? Int32(SOCK_STREAM.rawValue) : Int32(SOCK_DGRAM.rawValue)
    var raw = Glibc.socket(Int32(address.family.rawValue), kind | Int32(SOCK_CLOEXEC.rawValue), 0)
    if raw < 0, errno == EMFILE, raiseDescriptorLimit() {
      raw = Glibc.socket(Int32(address.family.rawValue), kind | Int32(SOCK_CLOEXEC.rawValue), 0)
    }
    guard raw >= 0 else {
      if errno == EAFNOSUPPORT, address == .v6(0) { return nil }
      throw SystemError("opening a socket for", address.description, errno: errno).failure
    }
    func set(_ level: Int32, _ option: Int32) {
      var on: Int32 = 1
      setsockopt(raw, level, option, &on, 4)
    }
    if address.family == .v6 { set(Int32(IPPROTO_IPV6), IPV6_V6ONLY) }
    // Connections of an earlier holder that wait for their end do not keep a TCP port; for UDP it would mean sharing.
    if transport == .tcp { set(SOL_SOCKET, SO_REUSEADDR) }
    if shared { set(SOL_SOCKET, SO_REUSEPORT) }
    return Descriptor(owning: raw)
  }

  /// A range of a thousand ports needs more descriptors than a program has by default.
  private static func raiseDescriptorLimit() -> Bool {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max else {
      return false
    }
    limit.rlim_cur = limit.rlim_max
    return setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
  }

  /// `false` where the port is taken.
  private static func bind(
    _ descriptor: Descriptor, _ address: IPAddress, _ port: UInt16, listens: Bool
  ) throws(Failure) -> Bool {
    var name = SocketName(address, port: port)
    var result = name.withPointer { Glibc.bind(descriptor.raw, $0, $1) }
    // A TCP socket holds its port against others only while it listens.
    if result == 0, listens { result = listen(descriptor.raw, 4096) }
    if result == 0 { return true }
    switch errno {
    case EADDRINUSE: return false
    case EADDRNOTAVAIL:
      // IPv6 may be switched off although the kernel has it.
      if address == .v6(0) { return true }
      throw Failure(
        .invalidInput, "\(address) is no address of this machine",
        hint: "publish on one of its addresses (see `ip address`), or on all by leaving the address out")
    case EACCES: throw Failure(.notPermitted, "port \(port) needs privileges to be bound on \(address)")
    default: throw SystemError("binding", "\(address.hostText):\(port)", errno: errno).failure
    }
  }

  private static func boundPort(_ descriptor: Descriptor) throws(Failure) -> UInt16 {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor.raw, $0, &length) }
    }
    guard result == 0 else { throw SystemError("asking for a port", errno: errno).failure }
    // The port stands in the same place in sockaddr_in and sockaddr_in6.
    return withUnsafeBytes(of: storage) { UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self)) }
  }
}
