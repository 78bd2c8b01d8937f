/// Bounds that keep a hostile document from eating the machine's memory or stack.
public struct Limits: Sendable {
  /// Bytes of one file.
  public var fileSize: Int
  /// Lists and mappings inside each other.
  public var depth: Int
  /// Nodes of one document after its aliases are expanded: what stops "billion laughs" documents.
  public var nodes: Int

  public init(fileSize: Int = 16 << 20, depth: Int = 100, nodes: Int = 1_000_000) {
    self.fileSize = fileSize
    self.depth = depth
    self.nodes = nodes
  }
}
