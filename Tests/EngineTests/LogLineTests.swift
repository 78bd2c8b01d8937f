import Linux
import Testing

@testable import Engine

@Suite struct LogLineTests {
  private func parse(_ text: String) -> LogEntry? { LogLine.parse(Array(text.utf8)[...]) }

  @Test("A line of Docker's json-file log is read with its stream and time")
  func plain() throws {
    let entry = try #require(parse(#"{"log":"hello\n","stream":"stderr","time":"2026-03-01T12:00:00.5Z"}"#))
    #expect(entry.bytes == Array("hello\n".utf8))
    #expect(entry.stream == .stderr)
    #expect(entry.time == Timestamp("2026-03-01T12:00:00.5Z"))
  }

  @Test("Escapes, surrogate pairs among them, come back as what was written")
  func escapes() throws {
    let entry = try #require(
      parse(#"{"log":"a\"\\\/\t\u00e9\ud83d\ude00\u001b[0m","stream":"stdout","time":"2026-03-01T12:00:00Z"}"#))
    #expect(String(decoding: entry.bytes, as: UTF8.self) == "a\"\\/\t\u{e9}\u{1F600}\u{1b}[0m")
  }

  @Test("Attributes that the log repeats on every line are read, and members that nobody knows passed over")
  func attributes() throws {
    let entry = try #require(
      parse(
        #"{"log":"x","stream":"stdout","attrs":{"a":"}\"","b":""},"z":[1,{"c":null}],"time":"2026-03-01T12:00:00Z"}"#))
    #expect(entry.bytes == Array("x".utf8) && entry.attributes == ["a": "}\"", "b": ""])
  }

  @Test(
    "A damaged line is no entry",
    arguments: [
      "", "{", "{\"log\":\"half", #"{"log":"x","stream":"stdout","time":"2026-0"#, "\0\0\0\0", #"{"log":"\ud83d"}"#,
      #"{"log":"x","stream":"stdout"}"#, #"{"log":"x","n":[1,"#,
    ])
  func damaged(text: String) { #expect(parse(text) == nil) }
}
