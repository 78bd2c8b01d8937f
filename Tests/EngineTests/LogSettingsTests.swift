import Diagnostics
import Launch
import Spec
import Testing

@testable import Engine

@Suite struct LogSettingsTests {
  @Test(
    "Sizes are read as Docker reads them",
    arguments: [("10m", 10 << 20), ("512k", 512 << 10), ("100", 100), ("1GB", 1 << 30)] as [(String, Int64)])
  func sizes(text: String, bytes: Int64) throws {
    let log = try LogLaunch(LoggingSpec(options: ["max-size": text, "max-file": "3"]), path: "/log")
    #expect(log.maximumSize == bytes && log.maximumFiles == 3)
  }

  @Test(
    "What cannot be done is refused by name",
    arguments: [
      LoggingSpec(driver: "gelf"), LoggingSpec(options: ["max-size": "x"]), LoggingSpec(options: ["max-file": "0"]),
      LoggingSpec(options: ["nope": "1"]),
    ])
  func refused(spec: LoggingSpec) { #expect(throws: Failure.self) { try LogLaunch(spec, path: "/log") } }

  @Test("Labels, variables and the tag that are to stand on every line are looked up")
  func attributes() throws {
    let subject = LogSubject(
      id: "0123456789abcdef", name: "web", image: "app:1", imageID: "sha256:00", labels: ["a": "1"],
      environment: ["B": "2"])
    let spec = LoggingSpec(options: ["labels": "a,none", "env": "B", "tag": "{{.Name}}/{{ .ID }}"])
    let log = try LogLaunch(spec, path: "/log", of: subject)
    #expect(Set(log.attributes) == [NamedValue("a", "1"), NamedValue("B", "2"), NamedValue("tag", "web/0123456789ab")])
    #expect(throws: Failure.self) {
      try LogLaunch(LoggingSpec(options: ["tag": "{{.Nope}}"]), path: "/log", of: subject)
    }
  }
}
