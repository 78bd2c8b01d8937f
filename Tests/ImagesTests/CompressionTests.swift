import CZlib
import CZstd
import Diagnostics
import Testing

@testable import Images

@Suite("Compression")
struct CompressionTests {
  private let plain = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 97) }

  private func unpack(_ bytes: [UInt8], pieces: Int) throws -> [UInt8] {
    try Compression.open(PiecesSource(bytes, pieces: pieces)).plain.all()
  }

  @Test("gzip is recognised and inflated, whatever the pieces", arguments: [1, 1000, 250_000])
  func gzip(_ pieces: Int) throws { #expect(try unpack(Pack.gzip(plain), pieces: pieces) == plain) }

  @Test("zstd is recognised and decompressed, whatever the pieces", arguments: [1, 1000, 250_000])
  func zstd(_ pieces: Int) throws { #expect(try unpack(Pack.zstd(plain), pieces: pieces) == plain) }

  @Test("several members or frames are one stream, and padding with zeros is nothing")
  func several() throws {
    let zeros = [UInt8](repeating: 0, count: 700)
    #expect(try unpack(Pack.gzip(plain) + Pack.gzip(plain) + zeros, pieces: 333) == plain + plain)
    // A skippable frame of 3 bytes, as zstd:chunked has.
    let skippable: [UInt8] = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]
    #expect(try unpack(skippable + Pack.zstd(plain) + skippable + Pack.zstd(plain), pieces: 333) == plain + plain)
  }

  @Test("a cut stream is an error at every length")
  func cut() {
    let small = Array("hello, hello, hello".utf8)
    for packed in [Pack.gzip(small), Pack.zstd(small)] {
      for count in 6..<packed.count {
        #expect(throws: Failure.self) { try unpack(Array(packed.prefix(count)), pieces: 5) }
      }
    }
  }

  @Test("damage is an error")
  func damage() {
    var packed = Pack.gzip(plain)
    packed[packed.count / 2] ^= 0x10
    #expect(throws: Failure.self) { try unpack(packed, pieces: 1000) }
    #expect(throws: Failure.self) { try unpack(Pack.gzip(plain) + Array("junk".utf8), pieces: 1000) }
  }

  private static let libraries: [@Sendable () throws -> (any Inflater)?] = [{ try ZlibInflater() }, { IsalInflater() }]

  @Test("both libraries inflate the same, however the bytes arrive, and refuse the same", arguments: libraries.indices)
  func bothInflate(_ index: Int) throws {
    var generator = SystemRandomNumberGenerator()
    // Text, noise and repetitions, beyond the window and beyond a piece.
    let mixed = plain + (0..<150_000).map { _ in UInt8.random(in: 0...255, using: &generator) } + plain
    let packed = Pack.gzip(mixed)
    for plain in [mixed, [], [7]] {
      for pieces in [1, 7, 8, 4096, 1 << 20] {
        guard let inflater = try Self.libraries[index]() else { return }
        let bytes = Pack.gzip(plain) + Pack.gzip([1, 2, 3]) + Pack.gzip(plain) + [0, 0, 0]
        let source = GzipSource(PiecesSource(bytes, pieces: pieces), with: inflater)
        #expect(try source.all() == plain + [1, 2, 3] + plain)
      }
    }
    for count in [packed.count - 1, packed.count - 8, packed.count - 9, packed.count / 2, 9] {
      guard let inflater = try Self.libraries[index]() else { return }
      let source = GzipSource(PiecesSource(Array(packed.prefix(count)), pieces: 1000), with: inflater)
      #expect(throws: Failure.self, "cut at \(count)") { try source.all() }
    }
    // The checksum, the length, the header's method and what follows a member.
    for place in [packed.count - 1, packed.count - 5, 2, 0] {
      guard let inflater = try Self.libraries[index]() else { return }
      var broken = packed
      broken[place] ^= 0xff
      let source = GzipSource(PiecesSource(broken, pieces: 1000), with: inflater)
      #expect(throws: Failure.self, "broken at \(place)") { try source.all() }
    }
  }

  @Test("headers with names, comments and extra fields are read over, wherever they are cut")
  func headers() throws {
    let packed = Pack.gzip(plain)
    // FLG: extra field, name, comment, and then the header's own checksum (RFC 1952, 2.3.1).
    let extra: [UInt8] = [4, 0, 1, 2, 3, 4]
    let texts = Array("name\0a comment\0".utf8)
    let checked: [UInt8] = [0x1f, 0x8b, 8, 0x02 | 0x04 | 0x08 | 0x10, 0, 0, 0, 0, 0, 3] + extra + texts
    let checksum = UInt16(truncatingIfNeeded: crc32(0, checked, UInt32(checked.count)))
    let headers = [
      [0x1f, 0x8b, 8, 0x04 | 0x08 | 0x10, 0, 0, 0, 0, 0, 3] + extra + texts,
      [0x1f, 0x8b, 8, 0x08, 0, 0, 0, 0, 0, 3] + Array("name\0".utf8),
      checked + [UInt8(checksum & 0xff), UInt8(checksum >> 8)],
    ]
    for (index, make) in Self.libraries.enumerated() {
      for (number, header) in headers.enumerated() {
        for pieces in [1, 2, 3, 12, 1000] {
          guard let inflater = try make() else { continue }
          let source = GzipSource(PiecesSource(header + packed.dropFirst(10), pieces: pieces), with: inflater)
          #expect(
            (try? source.all()) == plain, "library \(index), header \(number), pieces of \(pieces)")
        }
      }
    }
  }

  @Test("what is not compressed passes through, even when it is tiny")
  func none() throws {
    #expect(try unpack([1, 2], pieces: 1) == [1, 2])
    #expect(try unpack([], pieces: 1) == [])
  }

  @Test("xz and bzip2 are expanded, however the bytes arrive, and their damage is found")
  func others() throws {
    let xz: [UInt8] = [
      253, 55, 122, 88, 90, 0, 0, 4, 230, 214, 180, 70, 2, 0, 33, 1, 22, 0, 0, 0, 116, 47, 229, 163, 1, 0, 4,
      100, 97, 118, 105, 116, 0, 0, 0, 0, 21, 74, 66, 151, 119, 138, 80, 193, 0, 1, 29, 5, 184, 45, 128, 175,
      31, 182, 243, 125, 1, 0, 0, 0, 0, 4, 89, 90,
    ]
    let bzip2: [UInt8] = [
      66, 90, 104, 57, 49, 65, 89, 38, 83, 89, 228, 64, 168, 159, 0, 0, 0, 129, 128, 36, 32, 5, 0, 32, 0, 48,
      205, 0, 193, 164, 192, 113, 119, 36, 83, 133, 9, 14, 68, 10, 137, 240,
    ]
    for bytes in [xz, bzip2, xz + xz, bzip2 + bzip2] {
      let plain = Array(String(repeating: "davit", count: bytes.count / (bytes.first == 0xfd ? xz : bzip2).count).utf8)
      for size in [1, 7, 1000] { #expect(try unpack(bytes, pieces: size) == plain) }
      #expect(throws: Failure.self) { try unpack(Array(bytes.dropLast(3)), pieces: 100) }
    }
  }

  @Test("lz4 is named, with the way out")
  func named() {
    do {
      _ = try unpack([0x04, 0x22, 0x4d, 0x18, 0x5a, 0, 0], pieces: 10)
      Issue.record("accepted")
    } catch { #expect("\(error)".contains("lz4 -dc")) }
  }

  @Test("a thread ahead delivers the same bytes, and the error of its source")
  func threaded() throws {
    #expect(try ThreadedSource(PiecesSource(plain, pieces: 999)).all() == plain)
    let broken = try ThreadedSource(Compression.open(PiecesSource(Array(Pack.gzip(plain).dropLast(9)))).plain)
    #expect(throws: Failure.self) { try broken.all() }
    // Given up half-way: ends without hanging.
    let abandoned = try ThreadedSource(PiecesSource(plain, pieces: 10))
    _ = try abandoned.next()
    abandoned.stop()
  }

  @Test("what unpacks to absurdly much is stopped")
  func bomb() throws {
    let compressed = HashingSource(PiecesSource([1, 2, 3]))
    _ = try compressed.finish()
    let limited = ExpansionLimit(Endless(), of: compressed)
    #expect(throws: Failure.self) { while true { _ = try limited.next() } }
  }

  private final class Endless: ByteSource {
    private let room = Room(1 << 20)
    func next() throws -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(room.bytes) }
  }
}

/// The other direction, for tests only.
enum Pack {
  static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
      &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: bytes.count + 1000)
    let count = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        deflate(&stream, Z_FINISH)
        return output.count - Int(stream.avail_out)
      }
    }
    return Array(output.prefix(count))
  }

  static func zstd(_ bytes: [UInt8]) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let count = ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
    return Array(output.prefix(count))
  }
}
