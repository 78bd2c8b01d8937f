import Diagnostics
import Linux

/// `--filter` of the build cache: `until=24h`, `type=regular`, `id=…`, `shared=true`, `description~=RUN`.
public struct CacheFilter {
  private var unused: Int64?
  private var conditions: [(BuildCache.Record) -> Bool] = []
  public private(set) var namesType = false

  /// - Parameter moment: reads a time, which may be told as how long ago it was.
  /// - Throws: `.invalidInput` for a key that there is not.
  public init(_ words: [String], moment: (String) throws -> Timestamp) throws {
    for word in words {
      let isPattern = word.contains("~=")
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let key = parts[0].filter { $0 != "~" && $0 != "!" }
      let isNegated = parts[0].hasSuffix("!")
      let value = parts.count == 2 ? parts[1] : ""
      func compare(_ text: String) -> Bool { (isPattern ? text.contains(value) : text == value) != isNegated }
      switch key {
      case "until", "unused-for":
        let moment = try moment(value)
        conditions.append { $0.used.map { $0 < moment } ?? true }
      case "id": conditions.append { isPattern || isNegated ? compare($0.id) : $0.id.hasPrefix(value) }
      case "type":
        namesType = true
        conditions.append { compare($0.kind.rawValue) }
      case "description": conditions.append { compare($0.description) }
      case "shared": conditions.append { $0.isShared == (value != "false") }
      case "private": conditions.append { $0.isShared == (value == "false") }
      case "inuse", "mutable", "immutable":
        // A record that is in use is never listed as one that could go.
        conditions.append { _ in key == "immutable" ? value != "false" : value == "false" }
      default:
        throw Failure(
          .invalidInput, "invalid filter '\(word)'", subject: "--filter",
          hint: "there are until, id, type, description, shared, private")
      }
    }
  }

  public func accepts(_ record: BuildCache.Record) -> Bool { conditions.allSatisfy { $0(record) } }
}
