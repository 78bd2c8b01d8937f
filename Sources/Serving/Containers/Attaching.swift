import Diagnostics
import Engine
import EngineAPI
import FoundationEssentials
import Linux
import OCI

extension API {
  func attach(_ x: Exchange, _ r: Exchange.Route) throws {
    let plan = try AttachPlan(r, engine)
    try run(plan, x, head: Handshake.head(x, tty: plan.isRaw, version: r.version), plan.isRaw ? .raw : .multiplexed)
  }

  func attachWebSocket(_ x: Exchange, _ r: Exchange.Route) throws {
    let plan = try AttachPlan(r, engine)
    try run(plan, x, head: try Handshake.webSocket(x), .webSocket)
  }

  private func run(_ plan: AttachPlan, _ x: Exchange, head: [UInt8], _ framing: Streaming.Framing) throws {
    let cancellation = try x.cancellation()
    // A client that has the answer starts the container at once: it is known by then.
    var waiting: EarlyClients.Waiting?
    if plan.streams, try !engine.container(plan.id).isRunning {
      waiting = try earlyClients.add(try engine.earlyClient(of: plan.id, plan.request), for: plan.id)
    }
    defer { if let waiting { _ = earlyClients.withdraw(waiting, from: plan.id) } }
    let connection = try x.takeOver(head)
    let streaming = try Streaming(connection, framing, takesInput: plan.input)
    var request = plan.request
    request.streams = streaming.streams
    request.streams.detachKeys = plan.detachKeys
    var terminal: RemoteTerminal?
    if plan.isRaw {
      let new = try RemoteTerminal()
      request.streams.remoteTerminal = new
      request.streams.resized = new.descriptor.raw
      terminals.add(new, to: plan.id)
      terminal = new
    }
    defer {
      if let terminal { terminals.remove(terminal, from: plan.id) }
      streaming.finish()
    }
    guard plan.streams else {
      // Only what was said so far.
      try engine.logs(plan.id, LogOptions()) { entry in
        let wanted = entry.stream == .stdout ? plan.output : plan.error
        let target = Descriptor(owning: entry.stream == .stdout ? request.streams.output : request.streams.error)
        defer { _ = target.release() }
        if wanted { try target.writeAll(entry.bytes) }
        return true
      }
      return
    }
    // What goes wrong from here on, the client sees as the end.
    do { try follow(plan, request, waiting, cancellation) } catch is Failure {}
  }

  /// Attaches now, or once the container is started, by whoever that may be.
  private func follow(
    _ plan: AttachPlan, _ request: AttachRequest, _ waiting: EarlyClients.Waiting?, _ cancellation: Cancellation
  ) throws {
    guard let waiting else {
      _ = try engine.attach(plan.id, request, cancellation: cancellation)
      return
    }
    while true {
      switch waiting.wait(limit: 200_000_000, cancellation) {
      case .connected:
        _ = try engine.attach(plan.id, request, by: waiting.client, cancellation: cancellation)
        return
      case .started:
        _ = try engine.attach(plan.id, request, cancellation: cancellation)
        return
      case .failed: return
      case nil:
        let isGone = cancellation.isCancelled
        guard isGone || (try? engine.container(plan.id).isRunning) ?? true else { continue }
        // Started by another process, or nobody is left to wait.
        guard earlyClients.withdraw(waiting, from: plan.id) else { continue }
        if !isGone { _ = try engine.attach(plan.id, request, cancellation: cancellation) }
        return
      }
    }
  }

  func resize(_ x: Exchange, _ r: Exchange.Route) throws {
    let size = try Self.windowSize(r.query)
    let view = try engine.container(r.name)
    guard view.isRunning else { throw APIError.conflict("container \(view.id) is not running") }
    if !terminals.resize(view.id, size) { try engine.resize(view.id, size) }
    x.respond(200)
  }

  static func windowSize(_ query: Query) throws(APIError) -> WindowSize {
    func side(_ name: String) throws(APIError) -> UInt16 {
      guard let text = query[name], let number = UInt16(text) else {
        throw .badRequest("invalid resize \(name == "h" ? "height" : "width") \"\(query[name] ?? "")\"")
      }
      return number
    }
    return WindowSize(rows: try side("h"), columns: try side("w"))
  }
}

/// What an attachment is to be.
struct AttachPlan {
  let id: String
  let isRaw: Bool
  let streams: Bool
  let logs: Bool
  let input: Bool
  let output: Bool
  let error: Bool
  let detachKeys: [UInt8]

  init(_ r: Exchange.Route, _ engine: Engine) throws {
    detachKeys = try DetachKeysText.parse(r.query["detachKeys"])
    let view = try engine.container(r.name)
    guard view.state != .paused else {
      throw APIError.conflict("container \(view.id) is paused, unpause the container before attach")
    }
    id = view.id
    isRaw = view.record.spec.tty
    streams = r.query.isOn("stream")
    logs = r.query.isOn("logs")
    input = r.query.isOn("stdin") && view.record.spec.stdinOpen
    output = r.query.isOn("stdout")
    error = r.query.isOn("stderr")
  }

  /// Without the streams, which come with the connection.
  var request: AttachRequest {
    var request = AttachRequest()
    request.standardOutput = output
    request.standardError = error
    request.replay = logs
    // Whether there is one is all that is asked before.
    if input { request.streams.input = 0 }
    return request
  }
}

/// The answers after which a connection is no HTTP any more.
enum Handshake {
  /// 101 for whoever asks to upgrade, 200 for older clients.
  static func head(_ x: Exchange, tty: Bool, version: APIVersion) -> [UInt8] {
    let type = tty || version < APIVersion(1, 42) ? StreamFrame.rawType : StreamFrame.multiplexedType
    let upgrades = x.headers.contains(name: "Upgrade")
    let first =
      upgrades
      ? "HTTP/1.1 101 UPGRADED\r\nContent-Type: \(type)\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
      : "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\n"
    return Array((first + further + "\r\n").utf8)
  }

  /// RFC 6455, 4.2.2.
  static func webSocket(_ x: Exchange) throws -> [UInt8] {
    guard x.headers.first(name: "Upgrade")?.lowercased() == "websocket",
      let key = x.headers.first(name: "Sec-WebSocket-Key"), x.headers.first(name: "Sec-WebSocket-Version") == "13"
    else { throw APIError.badRequest("this is no handshake of a WebSocket") }
    let accept = Data(SHA1.digest(Array((key + WebSocketFrame.magic).utf8))).base64EncodedString()
    return Array(
      ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: \(accept)\r\n" + further + "\r\n").utf8)
  }

  private static let further = ServerHeaders.all.map { "\($0): \($1)\r\n" }.joined()
}
