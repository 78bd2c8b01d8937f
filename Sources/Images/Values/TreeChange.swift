/// One path at which two trees differ.
public struct TreeChange: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    /// Letters of `docker diff`.
    case added = "A", changed = "C", deleted = "D"
  }

  public var kind: Kind
  /// From the root, `/etc/passwd`. Bytes that are no text are replaced.
  public var path: String
  /// In words, what is different: `mode 0644 → 0755`, `content`. Empty for what is only on one side.
  public var details: [String] = []
  /// Bytes of the file after and before; 0 where there is none.
  public var size: Int64 = 0
  public var formerSize: Int64 = 0
}
