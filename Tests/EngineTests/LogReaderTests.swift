import Glibc
import Linux
import Testing

@testable import Engine

@Suite struct LogReaderTests {
  private final class Folder {
    let path = "/tmp/davit-log-\(getpid())-\(Int.random(in: 0..<1_000_000_000))"
    var log: String { "\(path)/log" }

    init() throws { try makeDirectories(path) }
    deinit { try? removeTree(path) }

    func append(_ numbers: some Sequence<Int>, stream: String = "stdout") throws {
      let file = try Descriptor.open(log, [.writeOnly, .create, .append])
      for number in numbers {
        let time = Timestamp(nanoseconds: Int64(number) * 1_000_000_000)
        try file.writeAll(#"{"log":"\#(number)\n","stream":"\#(stream)","time":"\#(time)"}"# + "\n")
      }
    }

    func rotate() throws {
      var number = 1
      while FileStatus.exists("\(log).\(number)") { number += 1 }
      while number > 0 {
        rename(number == 1 ? log : "\(log).\(number - 1)", "\(log).\(number)")
        number -= 1
      }
    }
  }

  private func numbers(_ reader: LogReader) throws -> [Int] {
    var found: [Int] = []
    while let entry = try reader.next() { found.append(Int(String(decoding: entry.bytes.dropLast(), as: UTF8.self))!) }
    return found
  }

  @Test("Rotated files are read before the one that is written to")
  func rotated() throws {
    let folder = try Folder()
    for part in [1...3, 4...6, 7...9] {
      if part.lowerBound > 1 { try folder.rotate() }
      try folder.append(part)
    }
    #expect(try numbers(LogReader(folder.log, LogOptions())) == Array(1...9))
  }

  @Test("The last lines are found across files", arguments: [0, 1, 3, 4, 9, 20])
  func tail(count: Int) throws {
    let folder = try Folder()
    try folder.append(1...5)
    try folder.rotate()
    try folder.append(6...9)
    var options = LogOptions()
    options.tail = count
    #expect(try numbers(LogReader(folder.log, options)) == Array((1...9).suffix(count)))
  }

  @Test("since and until are kept")
  func window() throws {
    let folder = try Folder()
    try folder.append(1...9)
    var options = LogOptions()
    options.since = Timestamp(nanoseconds: 3_000_000_000)
    options.until = Timestamp(nanoseconds: 6_000_000_000)
    let reader = try LogReader(folder.log, options)
    #expect(try numbers(reader) == [3, 4, 5, 6])
    #expect(reader.hasEnded)
  }

  @Test("Only the streams that were asked for are handed out")
  func streams() throws {
    let folder = try Folder()
    try folder.append(1...2)
    try folder.append(3...4, stream: "stderr")
    var options = LogOptions()
    options.standardOutput = false
    #expect(try numbers(LogReader(folder.log, options)) == [3, 4])
  }

  @Test("Who follows loses nothing when the log is rotated several times between two looks")
  func following() throws {
    let folder = try Folder()
    try folder.append(1...2)
    let reader = try LogReader(folder.log, LogOptions())
    #expect(try numbers(reader) == [1, 2])
    try folder.append(3...3)
    try folder.rotate()
    try folder.append(4...4)
    try folder.rotate()
    #expect(try numbers(reader) == [3, 4])
    try folder.append(5...6)
    #expect(try numbers(reader) == [5, 6])
  }

  @Test("Half a line is kept until the rest has come")
  func halfLine() throws {
    let folder = try Folder()
    let file = try Descriptor.open(folder.log, [.writeOnly, .create, .append])
    let line = #"{"log":"7\n","stream":"stdout","time":"2026-01-01T00:00:00Z"}"# + "\n"
    try file.writeAll(String(line.prefix(20)))
    let reader = try LogReader(folder.log, LogOptions())
    #expect(try numbers(reader).isEmpty)
    try file.writeAll(String(line.dropFirst(20)))
    #expect(try numbers(reader) == [7])
  }

  @Test("A log that does not exist yet is empty, and read once it does")
  func missing() throws {
    let folder = try Folder()
    let reader = try LogReader(folder.log, LogOptions())
    #expect(try numbers(reader).isEmpty)
    try folder.append(1...1)
    #expect(try numbers(reader) == [1])
  }
}
