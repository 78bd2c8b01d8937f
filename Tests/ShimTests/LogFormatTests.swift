import Launch
import Linux
import SeededRandom
import Testing

@testable import Shim

/// Escapes with the code under test.
private func escaped(_ bytes: [UInt8]) -> String {
  var room = [UInt8](repeating: 0, count: bytes.count * JSONText.growth + JSONText.slack)
  let count = bytes.withUnsafeBufferPointer { source in
    room.withUnsafeMutableBufferPointer { target in
      source.baseAddress.map { JSONText.escape($0, source.count, into: target.baseAddress!) } ?? 0
    }
  }
  return String(decoding: room[..<count], as: UTF8.self)
}

/// The same rule, said the slow way.
private func escapedPlainly(_ bytes: [UInt8]) -> String {
  var text = ""
  var rest = bytes[...]
  while let first = rest.first {
    if first < 0x80 {
      rest = rest.dropFirst()
      switch first {
      case 0x22: text += "\\\""
      case 0x5C: text += "\\\\"
      case 0x0A: text += "\\n"
      case 0x0D: text += "\\r"
      case 0..<0x20, 0x3C, 0x3E, 0x26:
        let digits = String(first, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(Unicode.Scalar(first))
      }
      continue
    }
    let length = (2...4).first { rest.count >= $0 && String(validating: rest.prefix($0), as: UTF8.self) != nil }
    guard let length else {
      rest = rest.dropFirst()
      text += "\\ufffd"
      continue
    }
    let scalar = String(decoding: rest.prefix(length), as: UTF8.self)
    rest = rest.dropFirst(length)
    text += scalar == "\u{2028}" ? "\\u2028" : scalar == "\u{2029}" ? "\\u2029" : scalar
  }
  return text
}

@Suite struct LogFormatTests {
  @Test(
    "Characters are escaped as in Docker's log",
    arguments: [
      ("plain text of some length", "plain text of some length"), ("a\tb\u{1}\u{7F}", "a\\u0009b\\u0001\u{7F}"),
      ("say \"hi\" \\ \r", "say \\\"hi\\\" \\\\ \\r"), ("<b>&", "\\u003cb\\u003e\\u0026"), ("grüße 🛟", "grüße 🛟"),
      ("\u{2028}\u{2029}\u{202A}", "\\u2028\\u2029\u{202A}"), ("\u{FFFD}", "\u{FFFD}"),
    ])
  func escaping(text: String, expected: String) { #expect(escaped(Array(text.utf8)) == expected) }

  @Test("Bytes that are not UTF-8 become one \\ufffd each: overlong forms, surrogates, cut sequences")
  func invalid() {
    #expect(escaped([0xFF, 65]) == "\\ufffdA")
    #expect(escaped([0xC0, 0x80]) == "\\ufffd\\ufffd")
    #expect(escaped([0xED, 0xA0, 0x80]) == "\\ufffd\\ufffd\\ufffd")
    #expect(escaped([0xF4, 0x90, 0x80, 0x80]) == "\\ufffd\\ufffd\\ufffd\\ufffd")
    #expect(escaped([0xE2, 0x82]) == "\\ufffd\\ufffd")
    #expect(escaped([0xE2, 0x82, 0xAC]) == "€")
  }

  @Test("Eight bytes at a time, the result is that of one at a time")
  func againstPlainRule() {
    var random = Seeded(3)
    let likely: [UInt8] = [0x22, 0x5C, 0x3C, 0x3E, 0x26, 0x1F, 0x20, 0x7F, 0x80, 0xC3, 0xA9, 0xE2, 0x80, 0xA8, 0x0A]
    for _ in 0..<4_000 {
      let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        switch Int.random(in: 0..<4, using: &random) {
        case 0: likely.randomElement(using: &random)!
        case 1: UInt8.random(in: 0...255, using: &random)
        default: UInt8.random(in: 0x20...0x7E, using: &random)
        }
      }
      #expect(escaped(bytes) == escapedPlainly(bytes))
    }
  }

  private func entries(_ chunks: [[UInt8]]) -> [String] {
    var cutter = LineCutter()
    var found: [String] = []
    let note = { (entry: LineCutter.Entry) in
      found.append("\(entry.continues ? "+" : "")\(entry.bytes.count)\(entry.endsLine ? "" : "…")")
    }
    for chunk in chunks { chunk.withUnsafeBufferPointer { cutter.take($0, note) } }
    cutter.finish(note)
    return found
  }

  @Test("Lines are entries; a line above 16 KiB is one entry for every 16 KiB, and the last ends it")
  func cutting() {
    let a = { (count: Int) in [UInt8](repeating: 65, count: count) }
    #expect(entries([Array("one\ntwo\n\nfour".utf8)]) == ["3", "3", "0", "4…"])
    #expect(entries([a(16_383) + [10]]) == ["16383"])
    #expect(entries([a(16_384) + [10]]) == ["16384…", "+0"])
    #expect(entries([a(40_000) + [10, 66, 10]]) == ["16384…", "+16384…", "+7232", "1"])
    #expect(entries([a(20_000)]) == ["16384…", "+3616…"])
  }

  @Test("How the bytes arrive makes no difference to the entries")
  func chunks() {
    var random = Seeded(4)
    for _ in 0..<50 {
      let lines = (0..<20).map { _ in [UInt8](repeating: 65, count: Int.random(in: 0...20_000, using: &random)) + [10] }
      let bytes = Array(lines.joined()) + [66]
      var chunks: [[UInt8]] = []
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = rest.prefix(Int.random(in: 1...30_000, using: &random))
        chunks.append(Array(part))
        rest = rest.dropFirst(part.count)
      }
      #expect(entries(chunks) == entries([bytes]))
    }
  }

  @Test("Log files give way to the new one from the oldest on")
  func rotation() {
    #expect(Rotation.steps(for: "log", maximumFiles: 1) == [.remove("log")])
    #expect(
      Rotation.steps(for: "log", maximumFiles: 3)
        == [.remove("log.2"), .rename("log.1", "log.2"), .rename("log", "log.1")])
  }
}
