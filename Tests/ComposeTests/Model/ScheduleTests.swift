import Diagnostics
import Testing

@testable import Compose

@Suite struct ScheduleTests {
  /// 2026-11-24 10:00:30 UTC, a Tuesday.
  private let now: Int64 = 1_795_514_430

  private func next(_ schedule: String, after moment: Int64? = nil, ahead: Int64 = 0) throws -> String {
    let found = try Schedule(schedule).next(after: moment ?? now) { _ in ahead }
    return found.map { moment in
      let local = CivilTime(moment + ahead)
      return "\(local.year)-\(local.month)-\(local.day) \(local.hour):\(local.minute)"
    } ?? "never"
  }

  @Test(
    "The next time is the first that all fields allow",
    arguments: [
      ("* * * * *", "2026-11-24 10:1"), ("*/15 * * * *", "2026-11-24 10:15"), ("5 3 * * *", "2026-11-25 3:5"),
      ("0 0 1 * *", "2026-12-1 0:0"), ("30 6 * * mon-fri", "2026-11-25 6:30"), ("0 12 * * SUN", "2026-11-29 12:0"),
      ("0 12 * * 7", "2026-11-29 12:0"), ("0 0 29 feb *", "2028-2-29 0:0"), ("0 0 13 * fri", "2026-11-27 0:0"),
      ("10-12,50 9,10 * * *", "2026-11-24 10:10"), ("@daily", "2026-11-25 0:0"), ("@yearly", "2027-1-1 0:0"),
      ("@every 90s", "2026-11-24 10:1"), ("59 23 31 12 *", "2026-12-31 23:59"), ("20/20 * * * *", "2026-11-24 10:20"),
    ])
  func fields(_ schedule: String, _ expected: String) throws {
    #expect(try next(schedule) == expected)
  }

  @Test("A time zone's clock decides, and the hour that comes twice counts once")
  func zones() throws {
    #expect(try next("0 0 * * *", ahead: 3600 * 5) == "2026-11-25 0:0")
    // 2026-10-25, 01:00 UTC: clocks of Berlin go back from 3 to 2.
    let change: Int64 = 1_792_890_000
    let schedule = try Schedule("30 2 * * *")
    let offset: (Int64) -> Int64 = { $0 < change ? 7200 : 3600 }
    let first = try #require(schedule.next(after: change - 7200, offset: offset))
    #expect(first == change - 1800)
    #expect(schedule.next(after: first, offset: offset) == change + 24 * 3600 + 1800)
  }

  @Test(
    "What is no schedule is refused, and the field is named",
    arguments: [
      "", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "a * * * *", "*/0 * * * *",
      "5-1 * * * *", "0 0 31 feb *", "@never", "@every 5", "@every 1ms", "1- * * * *", "-1 * * * *",
    ])
  func invalid(_ schedule: String) {
    #expect(throws: Failure.self) { try Schedule(schedule) }
  }
}
