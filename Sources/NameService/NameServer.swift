import Diagnostics
import Linux

/// What the name server of one container answers from.
public struct NameServerSettings: Hashable, Sendable {
  /// Folders of name files, one for each network of the container, in the order in which they are asked.
  public var namesDirectories: [String]
  /// Resolvers to forward to: `192.0.2.1`, `192.0.2.1:5353`, `[2001:db8::1]:53`. Those that cannot be read are left out.
  public var upstreams: [String]
  /// Resolvers that are asked from inside the container's network namespace.
  public var insideUpstreams: [String]
  public var search: [String]

  public init(
    namesDirectories: [String] = [], upstreams: [String] = [], insideUpstreams: [String] = [], search: [String] = []
  ) {
    self.namesDirectories = namesDirectories
    self.upstreams = upstreams
    self.insideUpstreams = insideUpstreams
    self.search = search
  }
}

/// The sockets on 127.0.0.11 in a container's network namespace.
public final class NameServerSockets {
  /// Opens them in the network namespace of the calling thread, so the caller stands in the container's.
  public init(port: UInt16) throws(Failure) { throw Failure(.unsupported, "not built yet") }
}

/// Answers a container's DNS queries; for one single-threaded event loop.
///
/// All its sockets and timers hang on one epoll descriptor: the owner watches `descriptor` for EPOLLIN and calls
/// `serve()` when it is readable; there is nothing else to do. `serve()` never blocks.
/// Call it in the host's network namespace: sockets to the resolvers are made there, when they are needed.
public final class NameServer {
  /// An epoll descriptor, close-on-exec.
  public let descriptor: Int32

  public init(_ settings: NameServerSettings, sockets: NameServerSockets) throws(Failure) {
    throw Failure(.unsupported, "not built yet")
  }

  public func serve() {}
}
