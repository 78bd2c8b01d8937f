import Diagnostics

/// Writes the archives that Davit itself makes: plain files and folders with short ASCII names, owned by root.
struct TarWriter {
  private let write: (UnsafeRawBufferPointer) throws -> Void

  init(_ write: @escaping (UnsafeRawBufferPointer) throws -> Void) { self.write = write }

  func folder(_ name: String) throws { try put(Self.header(name + "/", type: "5", mode: 0o755, size: 0)) }

  func file(_ name: String, _ bytes: [UInt8]) throws {
    try put(Self.header(name, type: "0", mode: 0o644, size: Int64(bytes.count)))
    try put(bytes)
    try pad(Int64(bytes.count))
  }

  /// Throws where the source has not exactly `size` bytes.
  func file(_ name: String, size: Int64, _ source: any ByteSource) throws {
    try put(Self.header(name, type: "0", mode: 0o644, size: size))
    var count: Int64 = 0
    while true {
      let piece = try source.next()
      if piece.isEmpty { break }
      count += Int64(piece.count)
      guard count <= size else { break }
      try write(piece)
    }
    guard count == size else { throw Failure(.corrupt, "\(name) has not the \(size) bytes that it should have") }
    try pad(size)
  }

  func finish() throws { try put([UInt8](repeating: 0, count: 1024)) }

  private func put(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

  private func pad(_ size: Int64) throws {
    let rest = Int(size % 512)
    if rest > 0 { try put([UInt8](repeating: 0, count: 512 - rest)) }
  }

  /// A ustar header. The modification time is 1970, so that the same images give the same archive.
  static func header(
    _ name: String, type: Character, mode: UInt32, size: Int64, linkName: String = "", uid: UInt32 = 0, gid: UInt32 = 0,
    seconds: Int64 = 0, major: UInt32 = 0, minor: UInt32 = 0
  ) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ offset: Int) {
      block.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
    }
    func octal(_ value: Int64, _ offset: Int, _ digits: Int) {
      if value < 1 << (3 * digits) {
        let text = String(value, radix: 8)
        put(String(repeating: "0", count: digits - text.utf8.count) + text, offset)
      } else {
        // GNU's binary form.
        for place in 0...digits {
          block[offset + digits - place] = UInt8(truncatingIfNeeded: value >> (8 * Int64(place)))
        }
        block[offset] |= 0x80
      }
    }
    precondition(name.utf8.count <= 100 && linkName.utf8.count <= 100)
    put(name, 0)
    octal(Int64(mode), 100, 7)
    octal(Int64(uid), 108, 7)
    octal(Int64(gid), 116, 7)
    octal(size, 124, 11)
    octal(seconds, 136, 11)
    put("        ", 148)
    block[156] = type.asciiValue!
    put(linkName, 157)
    put("ustar", 257)
    put("00", 263)
    octal(Int64(major), 329, 7)
    octal(Int64(minor), 337, 7)
    let sum = block.reduce(0) { $0 + Int($1) }
    let text = String(sum, radix: 8)
    put(String(repeating: "0", count: 6 - text.utf8.count) + text + "\0 ", 148)
    return block
  }
}
