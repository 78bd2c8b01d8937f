import Diagnostics
import EngineAPI
import Linux

extension API {
  /// A client's own side of its builds: here it is the one that answers.
  func session(_ x: Exchange, _ r: Exchange.Route) throws {
    guard let id = x.headers.first(name: "X-Docker-Expose-Session-Uuid"), !id.isEmpty else {
      throw APIError.badRequest("X-Docker-Expose-Session-Uuid is missing")
    }
    let connection = try upgrade(x, .client)
    let methods = Set(x.headers[canonicalForm: "X-Docker-Expose-Session-Grpc-Method"].map(String.init))
    let session = BuildKitSession(id, methods, connection)
    do { try sessions.add(session) } catch {
      connection.close()
      throw error
    }
    defer { sessions.remove(session) }
    connection.wait()
  }

  /// BuildKit's own services.
  func grpc(_ x: Exchange, _ r: Exchange.Route) throws {
    let control = BuildKitControl(api: self)
    let calls = WorkerPool(limit: 256)
    try upgrade(x, .server { stream in calls.submit { control.answer(stream) } }).wait()
    calls.wait()
  }

  private func upgrade(_ x: Exchange, _ side: HTTP2Connection.Side) throws -> HTTP2Connection {
    guard x.headers.first(name: "Upgrade")?.lowercased() == "h2c" else {
      throw APIError.badRequest("this is spoken after an upgrade to h2c")
    }
    let head = Array("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n".utf8)
    return try x.takeOver { try $0.becomeHTTP2(x, head: head, side) }
  }
}
