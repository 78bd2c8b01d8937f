import Diagnostics
import EngineAPI
import Linux

extension API {
  /// A client's own side of its builds: here it is the one that answers.
  func session(_ x: Exchange, _ r: Exchange.Route) throws {
    guard let id = x.headers.first(name: "X-Docker-Expose-Session-Uuid"), !id.isEmpty else {
      throw APIError.badRequest("X-Docker-Expose-Session-Uuid is missing")
    }
    let connection = HTTP2Connection(try upgrade(x), .client)
    let methods = Set(x.headers[canonicalForm: "X-Docker-Expose-Session-Grpc-Method"].map(String.init))
    let session = BuildKitSession(id, methods, connection)
    // Whoever finds the session calls at once.
    try connection.begin()
    try sessions.add(session)
    defer { sessions.remove(session) }
    connection.run()
  }

  /// BuildKit's own services.
  func grpc(_ x: Exchange, _ r: Exchange.Route) throws {
    let raw = try upgrade(x)
    let control = BuildKitControl(api: self)
    let calls = WorkerPool(limit: 256)
    let connection = HTTP2Connection(raw, .server { stream in calls.submit { control.answer(stream) } })
    try connection.begin()
    connection.run()
    calls.wait()
  }

  private func upgrade(_ x: Exchange) throws -> RawConnection {
    guard x.headers.first(name: "Upgrade")?.lowercased() == "h2c" else {
      throw APIError.badRequest("this is spoken after an upgrade to h2c")
    }
    return try x.takeOver(Array("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n".utf8))
  }
}
