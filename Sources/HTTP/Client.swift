import Diagnostics
import Glibc
import Linux
import Synchronization

/// Speaks HTTP. Calls block; any number of threads may call at once, each has a connection, and connections are used again.
public final class Client: Sendable {
  let proxies: Proxies
  let userAgent: String
  let cancellation: Cancellation?
  private let idle = Mutex<[Connection]>([])

  public init(userAgent: String, proxies: Proxies = Proxies(), cancellation: Cancellation? = nil) {
    self.userAgent = userAgent
    self.proxies = proxies
    self.cancellation = cancellation
  }

  /// Hops that are followed.
  private static let redirections = 10

  /// Sends a request and reads the head of the answer, whatever its status; redirections are followed. Throws where there
  /// is no answer.
  public func send(_ request: Request) throws -> Response {
    var hop = request
    for _ in 0...Self.redirections {
      // Bound to one origin: whoever redirects elsewhere does not hand it on.
      if hop.address.origin != request.address.origin {
        hop.authorization = nil
        hop.trust.clientCertificate = nil
        hop.trust.clientKey = nil
      }
      let response = try exchange(hop)
      guard let next = try target(of: response, hop) else { return response }
      hop.address = next
    }
    throw Failure(.system, "more than \(Self.redirections) redirections", subject: request.address.text)
  }

  private func target(of response: Response, _ request: Request) throws -> Address? {
    // Only these two repeat a request that changes something (RFC 9110, 15.4).
    let repeats = [307, 308].contains(response.status)
    let reads = [.get, .head].contains(request.method) && [301, 302, 303].contains(response.status)
    guard repeats || reads, let location = response.header("location") else { return nil }
    let next = try request.address.resolving(location)
    guard next.origin.scheme == "https" || request.address.origin.scheme == "http" else {
      throw Failure(
        .notPermitted, "it redirects to \(next.origin), where the connection would not be encrypted",
        subject: request.address.origin.description)
    }
    return next
  }

  private func exchange(_ request: Request) throws -> Response {
    try cancellation?.check()
    let connection = try idle.withLock { $0.popLast() } ?? Connection()
    let response = Response(request, self, connection)
    try response.begin()
    return response
  }

  /// Waits; throws when the command is interrupted meanwhile.
  public func pause(_ nanoseconds: Int64) throws {
    guard let cancellation else {
      var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
      while true {
        var left = timespec()
        if nanosleep(&time, &left) == 0 { break }
        time = left
      }
      return
    }
    _ = cancellation.sleep(nanoseconds: nanoseconds)
    try cancellation.check()
  }

  func giveBack(_ connection: Connection) { idle.withLock { $0.append(connection) } }
}
