import Diagnostics
import Testing

@testable import Images

@Suite("Tar files")
struct TarReaderTests {
  private func entries(_ bytes: [UInt8], pieces: Int = 100) throws -> [(entry: TarEntry, data: [UInt8])] {
    let reader = TarReader(PiecesSource(bytes, pieces: pieces))
    var result: [(TarEntry, [UInt8])] = []
    while let entry = try reader.next() {
      var data: [UInt8] = []
      while true {
        let piece = try reader.data()
        if piece.isEmpty { break }
        data += piece
      }
      result.append((entry, data))
    }
    return result
  }

  @Test("members come with their data, however the bytes arrive", arguments: [1, 511, 512, 513, 100_000])
  func pieces(_ size: Int) throws {
    var tar = TestTar()
    tar.folder("dir")
    tar.add("dir/a", Array("alpha".utf8), mode: 0o4755, uid: 7, gid: 8)
    tar.add("dir/b", [UInt8](repeating: 9, count: 1024))
    let all = try entries(tar.finished, pieces: size)
    #expect(all.map(\.entry.displayName) == ["dir", "dir/a", "dir/b"])
    #expect(all[1].data == Array("alpha".utf8))
    #expect(all[1].entry.mode == 0o4755)
    #expect(all[1].entry.uid == 7)
    #expect(all[2].data.count == 1024)
  }

  @Test("pax records replace what the header cannot hold")
  func pax() throws {
    var tar = TestTar()
    let name = Array(String(repeating: "n", count: 300).utf8)
    tar.add(
      "short", [1],
      pax: [
        ("path", name), ("uid", Array("3000000".utf8)), ("gid", Array("4000000000".utf8)),
        ("mtime", Array("-1.25".utf8)), ("SCHILY.xattr.user.k", [0, 1, 10, 255]), ("comment", [1]),
      ])
    tar.add("next")
    let all = try entries(tar.finished)
    #expect(all[0].entry.name == name)
    #expect(all[0].entry.uid == 3_000_000)
    #expect(all[0].entry.gid == 4_000_000_000)
    #expect(all[0].entry.modified == TarTime(seconds: -2, nanoseconds: 750_000_000))
    #expect(all[0].entry.attributes.first?.value == [0, 1, 10, 255])
    #expect(all[1].entry.displayName == "next")
    #expect(all[1].entry.attributes.isEmpty)
  }

  @Test("GNU's long names and binary numbers are understood")
  func gnu() throws {
    var tar = TestTar()
    let name = Array(String(repeating: "d/", count: 100).utf8) + Array("f".utf8)
    tar.append(TarWriter.header("././@LongLink", type: "L", mode: 0, size: Int64(name.count + 1)), name + [0])
    tar.add("cut", [1], uid: 3_000_000, gid: 3_000_001)
    let all = try entries(tar.finished)
    #expect(all[0].entry.name == name)
    #expect(all[0].entry.gid == 3_000_001)
  }

  @Test("a global header is no member")
  func global() throws {
    var tar = TestTar()
    tar.add("pax_global_header", TestTar.record("comment", [1, 2]), type: "g")
    tar.add("a", [1])
    #expect(try entries(tar.finished).map(\.entry.displayName) == ["a"])
  }

  @Test("sparse files of all pax formats have the same stretches")
  func sparse() throws {
    let text = { (string: String) in Array(string.utf8) }
    let data = Array("DATAmore".utf8)
    let expected = [TarStretch(offset: 4096, count: 4), TarStretch(offset: 9000, count: 4)]
    var tar = TestTar()
    tar.add(
      "GNUSparseFile.0/s", data,
      pax: [
        ("GNU.sparse.size", text("10000")), ("GNU.sparse.numblocks", text("2")), ("GNU.sparse.offset", text("4096")),
        ("GNU.sparse.numbytes", text("4")), ("GNU.sparse.offset", text("9000")), ("GNU.sparse.numbytes", text("4")),
      ])
    tar.add(
      "GNUSparseFile.0/s", data,
      pax: [
        ("GNU.sparse.name", text("s")), ("GNU.sparse.size", text("10000")),
        ("GNU.sparse.map", text("4096,4,9000,4")),
      ])
    let map = text("2\n4096\n4\n9000\n4\n")
    tar.add(
      "GNUSparseFile.0/s", map + [UInt8](repeating: 0, count: 512 - map.count) + data,
      pax: [
        ("GNU.sparse.major", text("1")), ("GNU.sparse.minor", text("0")), ("GNU.sparse.name", text("s")),
        ("GNU.sparse.realsize", text("10000")),
      ])
    let all = try entries(tar.finished)
    #expect(all.map(\.entry.sparse) == [expected, expected, expected])
    #expect(all.allSatisfy { $0.entry.size == 10000 && $0.data == data })
    #expect(all.map(\.entry.displayName) == ["GNUSparseFile.0/s", "s", "s"])
  }

  @Test("a map that does not fit its file is refused", arguments: ["4096,4,0,4", "9999,4", "0,3", "0,-4", "0"])
  func wrongMap(_ map: String) {
    var tar = TestTar()
    tar.add(
      "s", Array("DATA".utf8), pax: [("GNU.sparse.size", Array("10000".utf8)), ("GNU.sparse.map", Array(map.utf8))])
    #expect(throws: Failure.self) { try entries(tar.finished) }
  }

  @Test("an end in the middle of a member is an error, a missing end marker is none")
  func truncation() throws {
    var tar = TestTar()
    tar.add("a", [UInt8](repeating: 1, count: 2000))
    #expect(throws: Failure.self) { try entries(Array(tar.bytes.prefix(1500))) }
    #expect(throws: Failure.self) { try entries(Array(tar.bytes.prefix(100))) }
    #expect(try entries(tar.bytes).count == 1)
  }

  @Test("a damaged header is never taken for a file")
  func checksum() {
    var tar = TestTar()
    tar.add("a", [1])
    var bytes = tar.finished
    bytes[3] ^= 1
    #expect(throws: Failure.self) { try entries(bytes) }
    #expect(throws: Failure.self) { try entries([UInt8](repeating: 7, count: 1024)) }
  }

  @Test("random damage ends in an error or in members, never in a crash")
  func fuzz() {
    var tar = TestTar()
    tar.add("x", Array("DATA".utf8), pax: [("path", Array("y".utf8)), ("size", Array("4".utf8))])
    tar.add("s", [1, 2, 3], type: "S")
    tar.add("l", type: "1", link: "x")
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var bytes = tar.finished
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      // Make the checksums right again, so that the damage is looked at.
      for start in stride(from: 0, to: bytes.count, by: 512) where bytes[start + 257] == UInt8(ascii: "u") {
        let sum = (0..<512).reduce(0) { $0 + ((148..<156).contains($1) ? 32 : Int(bytes[start + $1])) }
        let digits = String(sum, radix: 8)
        let field = String(repeating: "0", count: 6 - digits.count) + digits + "\0 "
        bytes.replaceSubrange(start + 148..<start + 156, with: field.utf8)
      }
      _ = try? entries(bytes)
    }
  }
}
