import Glibc

/// An IP address with a port in the form that socket calls take: `sockaddr_in` or `sockaddr_in6`.
public struct SocketName {
  private var storage = sockaddr_storage()
  private var length: socklen_t

  public init(_ address: IPAddress, port: UInt16) {
    length = socklen_t(
      address.family == .v4 ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size)
    withUnsafeMutableBytes(of: &storage) { room in
      room.storeBytes(of: UInt16(address.family.rawValue), as: UInt16.self)
      room.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
      for (index, byte) in address.bytes.enumerated() { room[(address.family == .v4 ? 4 : 8) + index] = byte }
    }
  }

  public mutating func withPointer<Result>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result
  ) rethrows -> Result {
    let length = self.length
    return try withUnsafePointer(to: &storage) {
      try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { try body($0, length) }
    }
  }
}
