/// Texts cut for narrow columns.
public enum Ellipsis {
  /// At most `width` columns, the last of which is `…` where something was cut off.
  public static func cut(_ text: String, to width: Int) -> String {
    guard DisplayWidth.of(text) > width else { return text }
    var kept = ""
    var columns = 0
    for character in text {
      columns += DisplayWidth.columns(of: character)
      if columns > width - 1 { break }
      kept.append(character)
    }
    return kept + "…"
  }

  /// The twelve digits by which people know an id; `sha256:` and the like go.
  public static func id(_ id: String) -> String {
    String((id.firstIndex(of: ":").map { id[id.index(after: $0)...] } ?? id[...]).prefix(12))
  }
}
