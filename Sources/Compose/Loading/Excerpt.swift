extension String {
  /// The text for a message: its beginning, where it is long.
  var excerpt: String { utf8.count <= 120 ? self : prefix(100) + "…" }
}
