import Diagnostics

/// Reads a tar stream member by member: ustar, GNU and pax, with long names, large numbers, sparse files and extended
/// attributes. A malformed stream is an error, never a guess.
final class TarReader {
  private let cursor: Cursor
  private let limits: TarLimits
  /// Bytes of the current member's data that were not read, and of the padding after it.
  private var unread: Int64 = 0
  private var padding: Int64 = 0
  private var count = 0

  init(_ source: any ByteSource, limits: TarLimits = TarLimits()) {
    cursor = Cursor(source)
    self.limits = limits
  }

  /// Where the current member's data begins, in bytes from the start of the stream.
  var position: Int64 { cursor.position }
  /// How many bytes of data the current member has in the stream.
  var stored: Int64 { unread }

  /// The next member; `nil` at the end. What was not read of the one before is skipped.
  func next() throws -> TarEntry? {
    var pax = PaxRecords()
    var longName: [UInt8]?
    var longLink: [UInt8]?
    while true {
      try finishMember()
      guard let header = try nextHeader() else {
        if longName != nil || longLink != nil { throw truncated() }
        return nil
      }
      count += 1
      guard count <= limits.entries else { throw Failure(.corrupt, "more than \(limits.entries) members") }
      switch header.type {
      case UInt8(ascii: "x"), UInt8(ascii: "X"): pax = try PaxRecords(try extensionData(header))
      // Global records (git archive writes a comment) describe no file.
      case UInt8(ascii: "g"): _ = try extensionData(header)
      case UInt8(ascii: "L"): longName = Array(try extensionData(header).prefix { $0 != 0 })
      case UInt8(ascii: "K"): longLink = Array(try extensionData(header).prefix { $0 != 0 })
      // A volume label.
      case UInt8(ascii: "V"): try beginData(header.size)
      default: return try entry(header, pax, longName, longLink)
      }
    }
  }

  private func nextHeader() throws -> TarHeader? {
    do {
      guard let block = try cursor.read(512) else { return nil }
      // One block of zeros is the end for every reader in use, though the standard asks for two.
      return try TarHeader(block)
    } catch let failure as Failure where count == 0 && failure.code == .corrupt {
      throw Failure(.invalidInput, "this is no tar file")
    }
  }

  /// The next stretch of the current member's data in place; empty at its end. Throws where the stream ends before.
  func data(upTo limit: Int64 = .max) throws -> UnsafeRawBufferPointer {
    guard unread > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let piece = try cursor.take(upTo: min(unread, limit))
    if piece.isEmpty { throw truncated() }
    unread -= Int64(piece.count)
    return piece
  }

  /// The whole of a small member.
  func dataAtOnce(limit: Int) throws -> [UInt8] {
    guard unread <= Int64(limit) else { throw Failure(.corrupt, "\(unread) bytes are more than the \(limit) allowed") }
    let bytes = try cursor.read(Int(unread)) ?? []
    guard bytes.count == Int(unread) else { throw truncated() }
    unread = 0
    return bytes
  }

  private func beginData(_ size: Int64) throws {
    guard size >= 0, size < 1 << 60 else { throw Failure(.corrupt, "damaged tar header: impossible size \(size)") }
    unread = size
    padding = (512 - size % 512) % 512
  }

  private func finishMember() throws {
    try cursor.skip(unread + padding)
    unread = 0
    padding = 0
  }

  private func extensionData(_ header: TarHeader) throws -> [UInt8] {
    try beginData(header.size)
    guard unread <= limits.extensionBytes else {
      throw Failure(
        .corrupt, "an extension header of \(unread) bytes is more than the \(limits.extensionBytes) allowed")
    }
    return try dataAtOnce(limit: Int(limits.extensionBytes))
  }

  private func entry(_ header: TarHeader, _ pax: PaxRecords, _ longName: [UInt8]?, _ longLink: [UInt8]?) throws
    -> TarEntry
  {
    var name = pax.path ?? longName ?? header.name
    let kind = try Self.kind(header.type, name)
    // Only files have data; some programs leave the size of the linked file in the header of a hard link.
    let stored = try pax.size ?? header.size
    try beginData(kind == .file ? stored : 0)
    var size = unread
    var sparse: [TarStretch]?
    if header.type == UInt8(ascii: "S") {
      (sparse, size) = try oldSparseMap(header)
    } else if kind == .file, pax.sparse.isPresent {
      name = pax.sparse.name ?? name
      size = pax.sparse.realSize ?? size
      sparse = try stretches(pax.sparse.hasMapInData ? try mapInData() : pax.sparse.numbers, size: size)
    }
    let isDevice = kind == .characterDevice || kind == .blockDevice
    let uid = try pax.uid ?? header.uid
    let gid = try pax.gid ?? header.gid
    return TarEntry(
      kind: kind, name: name, linkName: pax.linkPath ?? longLink ?? header.linkName,
      mode: UInt32(truncatingIfNeeded: try header.mode) & 0o7777,
      uid: try Self.owner(uid, "uid"), gid: try Self.owner(gid, "gid"), size: size,
      modified: try pax.modified ?? TarTime(seconds: header.modified),
      major: try isDevice ? Self.device(header.major, 0xfff) : 0,
      minor: try isDevice ? Self.device(header.minor, 0xfffff) : 0,
      attributes: pax.attributes, sparse: sparse)
  }

  private static func kind(_ type: UInt8, _ name: [UInt8]) throws -> TarEntry.Kind {
    switch type {
    // Before POSIX a directory was a file whose name ends in a slash.
    case 0, UInt8(ascii: "0"): name.last == UInt8(ascii: "/") ? .directory : .file
    case UInt8(ascii: "7"), UInt8(ascii: "S"): .file
    case UInt8(ascii: "1"): .hardLink
    case UInt8(ascii: "2"): .symbolicLink
    case UInt8(ascii: "3"): .characterDevice
    case UInt8(ascii: "4"): .blockDevice
    case UInt8(ascii: "5"): .directory
    case UInt8(ascii: "6"): .fifo
    default:
      throw Failure(
        .unsupported, "\(String(decoding: name, as: UTF8.self)) is a member of type \(Character(UnicodeScalar(type)))")
    }
  }

  /// -1 means "leave as it is" to chown(2), so no file may have it.
  private static func owner(_ value: Int64, _ what: String) throws -> UInt32 {
    guard (0..<Int64(UInt32.max)).contains(value) else { throw Failure(.corrupt, "\(what) \(value) is impossible") }
    return UInt32(value)
  }

  private static func device(_ value: Int64, _ limit: Int64) throws -> UInt32 {
    guard (0...limit).contains(value) else { throw Failure(.corrupt, "device number \(value) is impossible") }
    return UInt32(value)
  }
}

// Sparse maps.
extension TarReader {
  /// GNU's oldest form: four stretches in the header, more in blocks that follow it.
  private func oldSparseMap(_ header: TarHeader) throws -> ([TarStretch], Int64) {
    let realSize = try header.number(483, 12, "real size")
    var numbers: [Int64] = []
    func take(_ block: [UInt8], _ start: Int, _ slots: Int) throws {
      for slot in 0..<slots {
        let place = start + slot * 24
        if block[place] == 0 { return }
        numbers.append(try TarHeader.number(block[place..<place + 12], "sparse offset"))
        numbers.append(try TarHeader.number(block[place + 12..<place + 24], "sparse length"))
      }
    }
    try take(header.block, 386, 4)
    var more = header.block[482] != 0
    while more {
      guard let block = try cursor.read(512) else { throw truncated() }
      try take(block, 0, 21)
      more = block[504] != 0
      guard numbers.count / 2 <= limits.stretches else {
        throw Failure(.corrupt, "too many stretches in a sparse file")
      }
    }
    return (try stretches(numbers, size: realSize), realSize)
  }

  /// Format 1.0: decimal lines in front of the data, padded to a whole block.
  private func mapInData() throws -> [Int64] {
    var lines: [Int64] = []
    var digits: [UInt8] = []
    var wanted: Int?
    while wanted.map({ lines.count < $0 }) ?? true {
      guard unread >= 512, let block = try cursor.read(512) else { throw truncated() }
      unread -= 512
      for byte in block {
        if wanted.map({ lines.count >= $0 }) ?? false { break }
        guard byte == 10 else {
          digits.append(byte)
          if digits.count > 20 { throw Failure(.corrupt, "damaged map of a sparse file") }
          continue
        }
        let number = try PaxRecords.number(digits, "sparse map")
        digits = []
        if wanted == nil {
          guard number <= Int64(limits.stretches) else {
            throw Failure(.corrupt, "too many stretches in a sparse file")
          }
          wanted = Int(number) * 2
        } else {
          lines.append(number)
        }
      }
    }
    return lines
  }

  private func stretches(_ numbers: [Int64], size: Int64) throws -> [TarStretch] {
    guard numbers.count.isMultiple(of: 2), numbers.count / 2 <= limits.stretches, size >= 0 else {
      throw Failure(.corrupt, "damaged map of a sparse file")
    }
    var result: [TarStretch] = []
    var end: Int64 = 0
    var total: Int64 = 0
    for index in stride(from: 0, to: numbers.count, by: 2) {
      let stretch = TarStretch(offset: numbers[index], count: numbers[index + 1])
      guard stretch.offset >= end, stretch.count >= 0, stretch.offset <= size, stretch.count <= size - stretch.offset
      else { throw Failure(.corrupt, "the map of a sparse file does not fit its size") }
      end = stretch.offset + stretch.count
      total += stretch.count
      if stretch.count > 0 { result.append(stretch) }
    }
    guard total == unread else { throw Failure(.corrupt, "the map of a sparse file does not fit its data") }
    return result
  }
}
