/// The candidate that somebody most likely meant, or nil where none is near: at most one edit for short names, up to a
/// third of the length for longer ones, and never more than `limit`.
public func closest(to name: String, among candidates: some Sequence<String>, limit: Int = 8) -> String? {
  let wanted = Array(name.lowercased().utf8)
  guard wanted.count <= 64 else { return nil }
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    let letters = Array(candidate.lowercased().utf8)
    let allowed = min(limit, max(1, min(wanted.count, letters.count) / 3))
    guard abs(letters.count - wanted.count) <= allowed else { continue }
    let distance = editDistance(wanted, letters)
    // A name of which nothing is left is another one.
    guard distance <= allowed, distance < max(letters.count, wanted.count) else { continue }
    if best == nil || distance < best!.distance || (distance == best!.distance && candidate < best!.name) {
      best = (candidate, distance)
    }
  }
  return best?.name
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one into the other.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...right.count)
  for (row, leftLetter) in left.enumerated() {
    var current = [row + 1]
    for (column, rightLetter) in right.enumerated() {
      var cost = min(
        previous[column + 1] + 1, current[column] + 1, previous[column] + (leftLetter == rightLetter ? 0 : 1))
      if row > 0, column > 0, leftLetter == right[column - 1], left[row - 1] == rightLetter {
        cost = min(cost, beforePrevious[column - 1] + 1)
      }
      current.append(cost)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[right.count]
}
