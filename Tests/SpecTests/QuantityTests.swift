import Spec
import Testing

@Suite("Sizes and durations")
struct QuantityTests {
  @Test(
    "Sizes are read in binary units, as Docker reads them",
    arguments: [
      ("1048576", 1_048_576), ("64m", 67_108_864), ("64MB", 67_108_864), ("1.5g", 1_610_612_736),
      ("2GiB", 2_147_483_648),
      ("10k", 10_240), ("7b", 7), ("-1", -1),
    ] as [(String, Int64)])
  func sizes(text: String, bytes: Int64) { #expect(Quantity.bytes(text) == bytes) }

  @Test("What is no size is refused", arguments: ["", "m", "1x", "1 2", "big", "99999999999999g"])
  func badSizes(text: String) { #expect(Quantity.bytes(text) == nil) }

  @Test(
    "Durations add up their parts",
    arguments: [
      ("1m30s", 90_000_000_000), ("500ms", 500_000_000), ("1h", 3_600_000_000_000), ("0", 0), ("1.5s", 1_500_000_000),
      ("10us", 10_000), ("1d", 86_400_000_000_000), ("-2s", -2_000_000_000),
    ] as [(String, Int64)])
  func durations(text: String, nanoseconds: Int64) { #expect(Quantity.nanoseconds(text) == nanoseconds) }

  @Test("What is no duration is refused", arguments: ["", "10", "1x", "s", "1m x"])
  func badDurations(text: String) { #expect(Quantity.nanoseconds(text) == nil) }
}
