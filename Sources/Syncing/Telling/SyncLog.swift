import Linux
import Presentation

/// One line for each thing that happened, as JSON or as text.
public struct SyncLog: Sendable {
  public enum Level: String, Sendable { case info, warning, error }
  public enum Form: String, Sendable, CaseIterable { case json, text }

  let sync: String
  let form: Form
  let write: @Sendable (String) -> Void

  /// - Parameter write: takes one line without its end, from any thread.
  public init(sync: String, _ form: Form, write: @escaping @Sendable (String) -> Void) {
    self.sync = sync
    self.form = form
    self.write = write
  }

  /// - Parameter fields: empty ones are left out.
  public func callAsFunction(_ level: Level, _ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
    let fields = fields.filter { !$0.value.isEmpty }
    switch form {
    case .json:
      let head: [JSONValue.Member] = [
        .init("time", .string("\(Timestamp.now())")), .init("level", .string(level.rawValue)),
        .init("sync", .string(sync)), .init("msg", .string(message)),
      ]
      write(JSONValue.object(head + fields.map { .init($0.key, .string($0.value)) }).compact)
    case .text:
      let rest = fields.map { " \($0.key)=\($0.value)" }.joined()
      write("\(Timestamp.now()) \(level.rawValue) \(message)\(rest)".replacing("\n", with: "\n  "))
    }
  }
}
