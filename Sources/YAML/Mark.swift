import Diagnostics

/// Where in a file a key or a value begins. Trivial to copy: a tree holds two for every entry.
public struct Mark: Sendable {
  public var source: Source
  /// Counted from 1; 0 where no file is to blame.
  public var line: UInt32
  /// Counted from 1, in characters.
  public var column: UInt32

  public init(source: Source, line: UInt32, column: UInt32) {
    self.source = source
    self.line = line
    self.column = column
  }

  /// The mark of what Davit itself adds.
  public static let none = Mark(source: .none, line: 0, column: 0)

  /// The place for a message, or nil where no file is to blame.
  public var location: SourceLocation? {
    line == 0 ? nil : SourceLocation(file: source.name, line: Int(line), column: Int(column))
  }
}
