import Diagnostics
import Glibc
import HTTP
import Linux

/// Trying again what may succeed later: a broken connection, 429, and what a server says of itself with 5xx.
enum Retrying {
  static let attempts = 5

  /// - Returns: the first answer that trying again would not better, or the last one.
  static func attempt(_ client: Client, _ send: () throws -> Response) throws -> Response {
    var attempt = 1
    while true {
      do {
        let response = try send()
        guard isTransient(response.status), attempt < attempts else { return response }
        let wait = response.header("retry-after")
        response.close()
        try pause(client, attempt, retryAfter: wait)
      } catch let failure as Failure where failure.code == .connectionBroken && attempt < attempts {
        try pause(client, attempt, retryAfter: nil)
      }
      attempt += 1
    }
  }

  static func isTransient(_ status: Int) -> Bool { status == 429 || [500, 502, 503, 504].contains(status) }

  /// Half a second, one, two …, up to a quarter more by chance, so that a crowd does not come back at once. Where the
  /// server says when (RFC 9110, 10.2.3: seconds), then, but at most a minute.
  static func pause(_ client: Client, _ attempt: Int, retryAfter: String?) throws {
    let nanoseconds: Int64
    if let seconds = retryAfter.flatMap({ Int64($0) }), seconds >= 0 {
      nanoseconds = min(seconds, 60) * 1_000_000_000
    } else {
      let base = Int64(500_000_000) << Int64(attempt - 1)
      nanoseconds = base + Int64.random(in: 0...base / 4)
    }
    try client.pause(nanoseconds)
  }
}
