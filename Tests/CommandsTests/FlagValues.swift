import Arguments
import Diagnostics
import Linux
import Testing

@testable import Commands

@Suite("Values of flags") struct FlagValues {
  @Test(
    "--since takes a time, a day, a Unix time or how long ago",
    arguments: [
      ("2013-01-02T13:23:37Z", 1_357_133_017), ("2013-01-02T14:23:37+01:00", 1_357_133_017),
      ("2013-01-02T13:23:37", 1_357_133_017), ("2013-01-02", 1_357_084_800), ("1357133017", 1_357_133_017),
      ("42m", 10_000 - 42 * 60), ("1h30m", 10_000 - 5400), ("10s", 9990),
    ] as [(String, Int64)])
  func moments(_ text: String, _ seconds: Int64) throws {
    let now = Timestamp(nanoseconds: 10_000 * 1_000_000_000)
    #expect(try LogsCommand.moment(text, flag: "since", now: now).seconds == seconds)
  }

  @Test("what is no time is refused", arguments: ["", "yesterday", "1x"])
  func noMoments(_ text: String) {
    #expect(throws: Failure.self) { try LogsCommand.moment(text, flag: "since") }
  }

  @Test("detach keys are written as Docker writes them") func detachKeys() throws {
    #expect(try DetachKeys.parse("ctrl-p,ctrl-q") == [16, 17])
    #expect(try DetachKeys.parse("a,ctrl-[") == [97, 27])
    #expect(throws: Failure.self) { try DetachKeys.parse("ctrl-1") }
    #expect(throws: Failure.self) { try DetachKeys.parse("abc") }
  }

  @Test("-e NAME takes the value that NAME has here, and nothing where it has none") func environment() {
    let known = ["HOME": "/root"]
    #expect(
      Environment.pairs(["A=1=2", "HOME", "NONE", "B="]) { known[$0] } == ["A": "1=2", "HOME": "/root", "B": ""])
  }

  @Test("--scale wants a service and a number") func scale() throws {
    #expect(try Invocation.scale(["web=3", "db=0"]) == ["web": 3, "db": 0])
    for wrong in ["web", "web=", "=3", "web=x", "web=-1"] {
      #expect(throws: Failure.self, "\(wrong)") { try Invocation.scale([wrong]) }
    }
  }

  @Test("of one filter any value may hold, of several all must") func filters() throws {
    let filters = try ListFilters(["name=web", "name=db", "label=tier=front"], known: ["name", "label"])
    #expect(filters.accept(name: "my-db", labels: ["tier": "front"]))
    #expect(!filters.accept(name: "my-db", labels: ["tier": "back"]))
    #expect(!filters.accept(name: "cache", labels: ["tier": "front"]))
    #expect(throws: Failure.self) { try ListFilters(["colour=red"], known: ["name"]) }
  }
}
