/// A place in a file that a person wrote: `compose.yaml:14:7`.
public struct SourceLocation: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The path as the person would name it, relative to the working directory where that is shorter.
  public var file: String
  /// Counted from 1.
  public var line: Int
  /// Counted from 1, in characters.
  public var column: Int

  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  public var description: String { "\(file):\(line):\(column)" }
}
