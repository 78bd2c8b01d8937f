import Diagnostics
import Linux
import Presentation
import Serving
import Syncing

/// What a sync answers over HTTP.
struct SyncListener {
  private let endpoint: HTTPEndpoint

  var address: String { endpoint.address }

  /// `nil`: nobody asked for it.
  init?(_ invocation: Invocation, _ name: String, _ settings: SyncSettings, _ loop: SyncLoop) throws {
    let secretFile = invocation.arguments.text("webhook-secret-file")
    guard let place = invocation.arguments.text("listen") else {
      if secretFile != nil {
        throw Failure(.invalidInput, "it needs --listen", subject: "--webhook-secret-file")
      }
      return nil
    }
    guard let colon = place.lastIndex(of: ":"), let port = Int(place[place.index(after: colon)...]),
      (0...65535).contains(port)
    else {
      throw Failure(.invalidInput, "names no port", subject: "--listen \(place)", hint: "for example 127.0.0.1:9310")
    }
    var host = String(place[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    let webhook = try secretFile.map { try Webhook(secret: Self.secret($0), reference: settings.reference) }
    // Older than this the last look at the repository is no sign of life.
    let patience = max(settings.interval * 4, 60_000_000_000)
    endpoint = try HTTPEndpoint(
      host: host.isEmpty ? "0.0.0.0" : host, port: port, bodyLimit: Webhook.limit
    ) { request in
      switch (request.path, request.method) {
      case ("/webhook", "POST"): Self.hook(webhook, request, loop)
      case ("/metrics", "GET"), ("/metrics", "HEAD"):
        .init(200, SyncMetrics(sync: name, loop.state).text, type: SyncMetrics.contentType)
      case ("/healthz", "GET"), ("/healthz", "HEAD"): Self.health(loop, patience)
      case ("/status", "GET"), ("/status", "HEAD"):
        .init(
          200, JSONValue.array(loop.state.rows(sync: name, isRunning: true)).compact + "\n", type: "application/json")
      case ("/webhook", _), ("/metrics", _), ("/healthz", _), ("/status", _): .init(405, "method not allowed\n")
      default: .init(404, "there are /webhook, /metrics, /healthz and /status\n")
      }
    }
  }

  func close() { endpoint.close() }

  private static func secret(_ path: String) throws -> [UInt8] {
    var bytes: [UInt8]
    do { bytes = try readFile(path) } catch { throw error.failure.about("--webhook-secret-file") }
    while let last = bytes.last, last == 10 || last == 13 { bytes.removeLast() }
    guard !bytes.isEmpty else { throw Failure(.invalidInput, "it is empty", subject: "--webhook-secret-file \(path)") }
    return bytes
  }

  private static func hook(_ webhook: Webhook?, _ request: HTTPEndpoint.Request, _ loop: SyncLoop)
    -> HTTPEndpoint.Response
  {
    guard let webhook else { return .init(404, "no webhook is set up: --webhook-secret-file\n") }
    switch webhook.judge(request.body, header: request.header) {
    case .accepted:
      loop.lookNow()
      return .init(202, "accepted\n")
    case .ignored(let reason): return .init(200, "ignored: \(reason)\n")
    case .refused(let reason): return .init(401, "refused: \(reason)\n")
    }
  }

  /// 200 while the sync does its work, whatever the repository's revisions are like; 503 when it does not get through.
  private static func health(_ loop: SyncLoop, _ patience: Int64) -> HTTPEndpoint.Response {
    let state = loop.state
    guard let last = loop.lastStep, Monotonic.now - last < patience || state.isApplying else {
      return .init(503, "nothing was done for a while\n")
    }
    if let problem = state.problem { return .init(200, "degraded: \(problem)\n") }
    return .init(200, "ok\n")
  }
}
