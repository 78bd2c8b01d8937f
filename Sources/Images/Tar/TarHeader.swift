import Diagnostics

/// The 512 bytes in front of each member: ustar (POSIX.1-1988), its GNU variant, and the V7 form before both.
struct TarHeader {
  let block: [UInt8]

  /// `nil` for a block of zeros, which marks the end. Throws when the checksum is wrong.
  init?(_ block: [UInt8]) throws {
    if block.allSatisfy({ $0 == 0 }) { return nil }
    self.block = block
    let stored = try number(148, 8, "checksum")
    // The field counts as blanks. Very old programs summed signed bytes.
    let sum = block.indices.reduce(into: (unsigned: 0, signed: 0)) { sum, index in
      let byte = (148..<156).contains(index) ? 32 : block[index]
      sum.unsigned += Int(byte)
      sum.signed += Int(Int8(bitPattern: byte))
    }
    guard stored == sum.unsigned || stored == sum.signed else {
      throw Failure(.corrupt, "not a tar header: its checksum is wrong")
    }
  }

  var type: UInt8 { block[156] }
  private var isUstar: Bool { block[257..<263].elementsEqual("ustar\0".utf8) }

  var name: [UInt8] {
    let name = text(0, 100)
    // GNU keeps times and sparse maps where ustar has the prefix.
    guard isUstar else { return name }
    let prefix = text(345, 155)
    return prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
  }

  var linkName: [UInt8] { text(157, 100) }
  var mode: Int64 { get throws { try number(100, 8, "mode") } }
  var uid: Int64 { get throws { try number(108, 8, "uid") } }
  var gid: Int64 { get throws { try number(116, 8, "gid") } }
  var size: Int64 { get throws { try number(124, 12, "size") } }
  var modified: Int64 { get throws { try number(136, 12, "mtime") } }
  var major: Int64 { get throws { try number(329, 8, "devmajor") } }
  var minor: Int64 { get throws { try number(337, 8, "devminor") } }

  /// Bytes up to the first NUL.
  private func text(_ offset: Int, _ count: Int) -> [UInt8] {
    Array(block[offset..<offset + count].prefix { $0 != 0 })
  }

  /// Octal text, or big-endian binary where the first bit is set (GNU, for what octal cannot hold).
  func number(_ offset: Int, _ count: Int, _ what: String) throws -> Int64 {
    try Self.number(block[offset..<offset + count], what)
  }

  static func number(_ field: ArraySlice<UInt8>, _ what: String) throws -> Int64 {
    func wrong() -> Failure { Failure(.corrupt, "damaged tar header: \(what) is no number") }
    guard let first = field.first else { throw wrong() }
    if first & 0x80 != 0 {
      // Two's complement; bit 6 of the first byte is the sign.
      let negative = first & 0x40 != 0
      var value: Int64 = negative ? -1 : 0
      for (index, byte) in field.enumerated() {
        let digit = index == 0 ? (negative ? byte | 0x80 : byte & 0x7f) : byte
        let (shifted, overflow) = value.multipliedReportingOverflow(by: 256)
        guard !overflow else { throw wrong() }
        value = shifted | Int64(digit)
      }
      return value
    }
    var value: Int64 = 0
    var digits = field.drop { $0 == 32 || $0 == 0 }
    while let byte = digits.first, byte != 32, byte != 0 {
      guard (48...55).contains(byte) else { throw wrong() }
      let (shifted, overflow) = value.multipliedReportingOverflow(by: 8)
      guard !overflow else { throw wrong() }
      value = shifted + Int64(byte - 48)
      digits.removeFirst()
    }
    return value
  }
}
