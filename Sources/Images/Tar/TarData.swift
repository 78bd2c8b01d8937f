import Linux

extension TarReader {
  /// Writes the current member's data to an empty file, with its holes.
  func write(_ entry: TarEntry, to file: Descriptor) throws {
    guard let stretches = entry.sparse else {
      while case let piece = try data(), !piece.isEmpty { try file.writeAll(piece) }
      return
    }
    for stretch in stretches {
      try file.seek(to: stretch.offset)
      var missing = stretch.count
      while missing > 0 {
        let piece = try data(upTo: missing)
        try file.writeAll(piece)
        missing -= Int64(piece.count)
      }
    }
    try file.truncate(to: entry.size)
  }
}
