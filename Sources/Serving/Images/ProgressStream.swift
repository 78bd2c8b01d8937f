import Diagnostics
import EngineAPI
import Presentation

/// The lines of JSON by which pulls, pushes, loads and builds tell how they go. An error ends them.
struct ProgressStream: Sendable {
  let exchange: Exchange

  /// The status is sent with the first line, so that what fails before is an ordinary error.
  private func begin() { if !exchange.hasBegun { exchange.begin(200, type: "application/json") } }

  func send(_ members: KeyValuePairs<String, JSONValue>) {
    begin()
    // Who has gone is noticed by the work's cancellation.
    try? exchange.write(.object(members))
  }

  func status(_ text: String, id: String? = nil) {
    if let id { send(["status": .string(text), "id": .string(id)]) } else { send(["status": .string(text)]) }
  }

  func progress(_ text: String, id: String, done: Int64, total: Int64) {
    send([
      "status": .string(text),
      "progressDetail": .object(["current": .integer(done), "total": .integer(total)]),
      "progress": .string(Self.bar(done, total)), "id": .string(id),
    ])
  }

  func stream(_ text: String) { send(["stream": .string(text)]) }

  func fail(_ message: String, code: Int? = nil) {
    var detail: [JSONValue.Member] = [.init("message", .string(message))]
    if let code { detail.insert(.init("code", .integer(Int64(code))), at: 0) }
    send(["errorDetail": .object(detail), "error": .string(message)])
  }

  /// Runs work whose failure is an ordinary error before the first line, and a line after it.
  func run(_ work: () throws -> Void) throws {
    do { try work() } catch {
      guard exchange.hasBegun else { throw error }
      fail(APIError(error).message)
    }
    begin()
  }

  /// `[=====>    ]  1.2MB/3.4MB`
  private static func bar(_ done: Int64, _ total: Int64) -> String {
    let width: Int64 = 50
    let filled = total > 0 ? Int(min(done, total) * width / total) : 0
    let bar = String(repeating: "=", count: filled) + (filled < width ? ">" : "")
    let rest = String(repeating: " ", count: max(0, Int(width) - bar.count))
    return "[\(bar)\(rest)]  \(HumanSize.decimal(done))/\(HumanSize.decimal(total))"
  }
}
