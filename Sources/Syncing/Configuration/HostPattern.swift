/// Names of machines with `*` for any number of characters and `?` for one.
struct HostPattern {
  private let pattern: [UInt8]

  init(_ text: String) { pattern = Array(text.utf8) }

  func matches(_ name: String) -> Bool {
    let name = Array(name.utf8)
    var (p, n, star, mark) = (0, 0, -1, 0)
    while n < name.count {
      if p < pattern.count, pattern[p] == UInt8(ascii: "?") || pattern[p] == name[n] && pattern[p] != UInt8(ascii: "*")
      {
        (p, n) = (p + 1, n + 1)
      } else if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        (star, mark, p) = (p, n, p + 1)
      } else if star >= 0 {
        (p, n, mark) = (star + 1, mark + 1, mark + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
