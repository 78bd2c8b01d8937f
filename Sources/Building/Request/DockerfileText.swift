import Arguments
import Diagnostics
import Dockerfile

/// The text of a Dockerfile, for messages that show where they come from.
public struct DockerfileText: Sendable {
  /// As the person would name it.
  public var file: String
  public var bytes: [UInt8]

  public init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
  }

  /// The instructions as they are written. Throws `Failure` with line and excerpt.
  public func tree() throws(Failure) -> SyntaxTree {
    do { return try SyntaxTree(parsing: bytes) } catch { throw failure(error) }
  }

  /// The stages that it describes. Throws `Failure` with line, excerpt and the nearest known word.
  public func recipe() throws(Failure) -> Recipe {
    let tree = try tree()
    do { return try Recipe(tree) } catch { throw failure(error) }
  }

  func failure(_ error: SyntaxFailure) -> Failure {
    let nearest = error.unknown.flatMap { unknown in Suggestion.nearest(to: unknown.word, among: unknown.known) }
    let dashes = error.message.hasPrefix("unknown flag") ? "--" : ""
    return failure(error.message, at: error.lines, hint: nearest.map { "did you mean \(dashes)\($0)?" })
  }

  /// What is wrong at some lines, with those lines and what stands around them.
  public func failure(
    _ message: String, at lines: ClosedRange<Int>, code: Failure.Code = .invalidInput, hint: String? = nil
  ) -> Failure {
    Failure(
      code, "\(message)\n\(excerpt(lines))", location: SourceLocation(file: file, line: lines.lowerBound, column: 1),
      hint: hint)
  }

  /// Two lines of context, each with its number; those that are meant are marked.
  public func excerpt(_ lines: ClosedRange<Int>) -> String {
    let all = String(decoding: bytes, as: UTF8.self).split(omittingEmptySubsequences: false) {
      $0 == "\n" || $0 == "\r\n"
    }
    let first = max(1, lines.lowerBound - 2)
    let last = min(all.count, lines.upperBound + 2)
    guard first <= last else { return "" }
    return (first...last).map { number in
      let digits = String(number)
      let padding = String(repeating: " ", count: max(0, 4 - digits.count))
      return "\(padding)\(digits) | \(lines.contains(number) ? ">>> " : "    ")\(all[number - 1])"
    }.joined(separator: "\n")
  }
}
