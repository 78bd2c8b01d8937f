/// A value of a definition, as a tree: what JSON can say.
public enum FieldValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case string(String)
  case list([FieldValue])
  /// Compared as a list: whoever makes one settles the order.
  case object([Member])
  /// A value that may not be shown.
  case hidden

  public struct Member: Hashable, Sendable {
    public var name: String
    public var value: FieldValue

    public init(_ name: String, _ value: FieldValue) {
      self.name = name
      self.value = value
    }
  }
}
