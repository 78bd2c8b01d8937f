import Diagnostics
import Glibc
import Linux

/// The sockets on 127.0.0.11 in a container's network namespace.
public final class NameServerSockets {
  let datagrams: Descriptor
  let listener: Descriptor
  /// The container's network namespace, for resolvers that are asked from inside it.
  let namespace: Descriptor

  static let address = IPAddress.v4(0x7f00_000b)

  /// Opens them in the network namespace of the calling thread, so the caller stands in the container's.
  public init(port: UInt16) throws(Failure) {
    do throws(SystemError) {
      namespace = try Namespaces.network.openOwn()
      datagrams = try Self.socket(Int32(SOCK_DGRAM.rawValue), port)
      listener = try Self.socket(Int32(SOCK_STREAM.rawValue), port)
    } catch { throw error.failure.about("name service on \(Self.address):\(port)") }
  }

  private static func socket(_ kind: Int32, _ port: UInt16) throws(SystemError) -> Descriptor {
    let raw = Glibc.socket(AF_INET, kind | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard raw >= 0 else { throw SystemError("opening a socket", errno: errno) }
    let descriptor = Descriptor(owning: raw)
    let isStream = kind == Int32(SOCK_STREAM.rawValue)
    var on: Int32 = 1
    if isStream { setsockopt(raw, SOL_SOCKET, SO_REUSEADDR, &on, 4) }
    var name = SocketName(address, port: port)
    guard name.withPointer({ bind(raw, $0, $1) }) == 0, !isStream || listen(raw, 32) == 0 else {
      throw SystemError("binding", errno: errno)
    }
    return descriptor
  }
}
