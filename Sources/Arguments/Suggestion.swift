/// "Did you mean": the nearest of the known names.
public enum Suggestion {
  public static func nearest(to word: String, among names: [String]) -> String? {
    let scored = names.map { (name: $0, distance: distance(word, $0)) }
    guard let best = scored.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else { return nil }
    // One slip of the finger, two in a longer word.
    if best.distance <= (word.count < 6 ? 1 : 2) { return best.name }
    return word.count >= 3 ? names.sorted().first { $0.hasPrefix(word) } : nil
  }

  /// Damerau–Levenshtein distance (optimal string alignment): insertions, deletions, replacements, swapped neighbours.
  static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, rows[i - 1][j - 1] + 1) }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
