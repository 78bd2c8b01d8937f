/// Something that a person should know but that stops nothing. Warnings are values that are returned, never printed
/// from inside a library.
public struct Warning: Hashable, Sendable, CustomStringConvertible {
  public var message: String
  public var location: SourceLocation?

  public init(_ message: String, location: SourceLocation? = nil) {
    self.message = message
    self.location = location
  }

  public var description: String { (location.map { "\($0): " } ?? "") + message }
}
