import Linux
import Reconciling
import Testing

@Suite("Pull policies")
struct PullPolicyTests {
  private let now = Timestamp(nanoseconds: 2_000_000 * 1_000_000_000)

  private func asks(_ text: String, present: Bool = true, secondsAgo: Int64? = nil, buildable: Bool = false) throws
    -> Bool
  {
    let last = secondsAgo.map { Timestamp(nanoseconds: now.nanoseconds - $0 * 1_000_000_000) }
    return try PullPolicy(text).asksForPull(isPresent: present, lastPulled: last, now: now, isBuildable: buildable)
  }

  @Test("always asks, never does not, missing asks for what is not here")
  func plain() throws {
    #expect(try asks("always"))
    #expect(try !asks("never", present: false))
    #expect(try asks("missing", present: false))
    #expect(try !asks("if_not_present"))
    #expect(try !asks("missing", present: false, buildable: true))
    #expect(try !asks("build", present: false))
  }

  @Test(
    "a refresh is due when the last one is long enough ago",
    arguments: [
      ("daily", 86_399, false), ("daily", 86_400, true), ("weekly", 604_799, false), ("weekly", 604_800, true),
      ("every_1h30m", 5399, false), ("every_1h30m", 5400, true), ("every_2w", 1_209_600, true),
    ])
  func refresh(text: String, secondsAgo: Int64, due: Bool) throws {
    #expect(try asks(text, secondsAgo: secondsAgo) == due)
    #expect(try asks(text, present: false, secondsAgo: 0))
    #expect(try asks(text))
  }

  @Test("other words are refused", arguments: ["sometimes", "every_", "every_5", "every_h", "every_1y", ""])
  func unknown(text: String) { #expect(throws: (any Error).self) { try PullPolicy(text) } }
}
