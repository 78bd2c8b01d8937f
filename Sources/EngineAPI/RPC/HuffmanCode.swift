/// The Huffman code of HPACK (RFC 7541, appendix B). It is canonical, so that the lengths of the codes say all of it.
enum HuffmanCode {
  /// Of each byte's code, in bits; the last is the end of the string, which no string may have.
  private static let lengths: [UInt8] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28,
    28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12,
    10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6,
    5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22,
    22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20,
    22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28,
    27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28,
    27, 27, 27, 27, 27, 26, 30,
  ]

  /// Symbols in the order of their codes; for each length its first code, and where its symbols begin.
  private static let symbols = lengths.indices.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
  private static let levels: [(first: UInt32, start: Int, count: Int)] = {
    var levels = [(first: UInt32, start: Int, count: Int)](repeating: (0, 0, 0), count: 31)
    var (code, start): (UInt32, Int) = (0, 0)
    for length in 1...30 {
      code <<= 1
      let count = lengths.count { Int($0) == length }
      levels[length] = (code, start, count)
      code += UInt32(count)
      start += count
    }
    return levels
  }()

  /// - Returns: `nil` where it is no such string.
  static func decode(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var decoded: [UInt8] = []
    var (code, length): (UInt32, Int) = (0, 0)
    for byte in bytes {
      for bit in stride(from: 7, through: 0, by: -1) {
        code = code << 1 | UInt32(byte >> UInt8(bit) & 1)
        length += 1
        guard length <= 30 else { return nil }
        let level = levels[length]
        guard level.count > 0, code >= level.first, code < level.first + UInt32(level.count) else { continue }
        let symbol = symbols[level.start + Int(code - level.first)]
        guard symbol < 256 else { return nil }
        decoded.append(UInt8(symbol))
        (code, length) = (0, 0)
      }
    }
    // What fills the last byte are the first bits of the end's code, fewer than eight ones.
    return length < 8 && code == (1 << UInt32(length)) - 1 ? decoded : nil
  }
}
