import FoundationEssentials
import Testing

@testable import Launch

@Suite struct StateRecordTests {
  @Test("A state record is written as documented")
  func golden() {
    var record = StateRecord()
    record.pid = 4711
    record.startTime = 123_456
    record.shimPid = 4710
    record.shimStartTime = 123_455
    record.startedAt = "2026-03-01T12:00:00.5Z"
    record.health = HealthRecord()
    record.health!.status = .unhealthy
    record.health!.failingStreak = 3
    record.health!.log = [.init(start: "a", end: "b", exitCode: -1, output: "say \"no\"\n\t\\ü\u{1}")]
    #expect(
      String(decoding: record.json(), as: UTF8.self) == """
        {"version":1,"pid":4711,"startTime":123456,"shimPid":4710,"shimStartTime":123455,"status":"running",\
        "startedAt":"2026-03-01T12:00:00.5Z","finishedAt":"","exitCode":0,"oomKilled":false,"error":"",\
        "restartCount":0,"stopRequested":false,"health":{"status":"unhealthy","failingStreak":3,\
        "log":[{"start":"a","end":"b","exitCode":-1,"output":"say \\"no\\"\\n\\u0009\\\\ü\\u0001"}]}}

        """)
  }

  @Test("What is written by hand is read back by the decoder that the engine uses", arguments: [true, false])
  func decoding(withHealth: Bool) throws {
    var record = StateRecord()
    record.status = .restarting
    record.exitCode = 137
    record.oomKilled = true
    record.error = "executing /bin/app: Permission denied"
    record.finishedAt = "2026-03-01T12:00:01Z"
    record.restartCount = 2
    record.stopRequested = true
    if withHealth {
      record.health = HealthRecord()
      record.health!.log = [
        .init(start: "1", end: "2", exitCode: 0, output: ""),
        .init(start: "3", end: "4", exitCode: 1, output: "\u{2028}\r"),
      ]
    }
    #expect(try JSONDecoder().decode(StateRecord.self, from: Data(record.json())) == record)
  }
}
