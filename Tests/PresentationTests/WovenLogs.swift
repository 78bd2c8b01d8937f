import Testing

@testable import Presentation

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite("Woven logs") struct WovenLogs {
  @Test("prefixes are aligned to the longest name") func alignment() {
    var logs = LogLines(style: .plain)
    let (web, db) = (logs.addSource(named: "web-1"), logs.addSource(named: "database-1"))
    #expect(text(logs.take(Array("hello\n".utf8), from: web)) == "web-1       | hello\n")
    #expect(text(logs.take(Array("ready\n".utf8), from: db)) == "database-1  | ready\n")
  }

  @Test("every container has a colour of its own, and only the prefix is coloured") func colours() {
    var logs = LogLines(style: Style(isColoured: true))
    let (web, db) = (logs.addSource(named: "web-1"), logs.addSource(named: "db-1"))
    #expect(text(logs.take(Array("x\n".utf8), from: web)) == "\u{1B}[36mweb-1  | \u{1B}[0mx\n")
    #expect(text(logs.take(Array("y\n".utf8), from: db)) == "\u{1B}[33mdb-1   | \u{1B}[0my\n")
  }

  @Test("a line that comes in parts is printed once it is whole, never mixed with another's") func parts() {
    var logs = LogLines(style: .plain)
    let (a, b) = (logs.addSource(named: "a"), logs.addSource(named: "b"))
    #expect(logs.take(Array("one ".utf8), from: a) == [])
    #expect(text(logs.take(Array("other\n".utf8), from: b)) == "b  | other\n")
    #expect(text(logs.take(Array("two\nthree\nfo".utf8), from: a)) == "a  | one two\na  | three\n")
    #expect(text(logs.finish(a)) == "a  | fo\n")
    #expect(logs.finish(a) == [] && logs.finish(b) == [])
  }

  @Test("the time shown is that of the line's first part") func times() {
    var logs = LogLines(style: .plain)
    let a = logs.addSource(named: "a")
    _ = logs.take(Array("x".utf8), from: a, time: "T1")
    #expect(text(logs.take(Array("y\nz\n".utf8), from: a, time: "T2")) == "a  | T1 xy\na  | T2 z\n")
  }

  @Test("without prefixes the lines stand alone") func bare() {
    var logs = LogLines(style: Style(isColoured: true), hasPrefix: false)
    let a = logs.addSource(named: "a")
    #expect(text(logs.take(Array("x\n\ny\n".utf8), from: a)) == "x\n\ny\n")
  }

  @Test("a line without an end is printed in parts before it fills the memory") func endless() {
    var logs = LogLines(style: .plain, hasPrefix: false)
    let a = logs.addSource(named: "a")
    var printed = 0
    for _ in 0..<5 { printed += logs.take([UInt8](repeating: 120, count: 1 << 18), from: a).count }
    #expect(printed == LogLines.longestLine + 1)
  }
}
