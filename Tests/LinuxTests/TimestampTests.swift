import Testing

@testable import Linux

@Suite struct TimestampTests {
  @Test("A time is written in RFC 3339 with only the digits that it needs")
  func writes() {
    #expect(Timestamp(nanoseconds: 0).description == "1970-01-01T00:00:00Z")
    #expect(Timestamp(nanoseconds: 1_709_210_096_500_000_000).description == "2024-02-29T12:34:56.5Z")
    #expect(Timestamp(nanoseconds: 1_709_210_096_500_000_000).fixedWidth == "2024-02-29T12:34:56.500000000Z")
    #expect(Timestamp(nanoseconds: -1).description == "1969-12-31T23:59:59.999999999Z")
  }

  @Test(
    "What was written is read back, and offsets are understood",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2024-02-29T12:34:56.5Z", 1_709_210_096_500_000_000),
      ("2024-02-29T13:34:56.5+01:00", 1_709_210_096_500_000_000), ("1969-12-31T23:59:59.999999999Z", -1),
    ] as [(String, Int64)])
  func reads(text: String, nanoseconds: Int64) {
    #expect(Timestamp(text)?.nanoseconds == nanoseconds)
  }

  @Test("Every day of four centuries survives the round trip")
  func roundTrip() {
    for day in stride(from: Int64(-73_000), to: 73_000, by: 1) {
      let time = Timestamp(nanoseconds: day * 86_400_000_000_000 + 1)
      #expect(Timestamp(time.description) == time)
    }
  }

  @Test(
    "Nonsense is no time",
    arguments: ["", "2024", "2024-13-01T00:00:00Z", "2024-01-01T00:00:00", "2024-01-01T00:00:00.Z"])
  func refuses(text: String) {
    #expect(Timestamp(text) == nil)
  }
}
