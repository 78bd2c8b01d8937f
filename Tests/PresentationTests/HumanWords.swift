import Testing

@testable import Presentation

@Suite("Human words") struct HumanWords {
  @Test(
    "lengths of time are told in docker's words",
    arguments: [
      (0.0, "Less than a second"), (0.9, "Less than a second"), (1, "1 second"), (59.9, "59 seconds"),
      (60, "About a minute"), (119, "About a minute"), (120, "2 minutes"), (3599, "59 minutes"),
      (3600, "About an hour"), (5399, "About an hour"), (5400, "2 hours"), (47 * 3600, "47 hours"),
      (48 * 3600, "2 days"), (13 * 86400, "13 days"), (14 * 86400, "2 weeks"), (59 * 86400, "8 weeks"),
      (60 * 86400, "2 months"), (729 * 86400, "24 months"), (730 * 86400, "2 years"),
    ] as [(Double, String)])
  func spans(_ seconds: Double, _ words: String) { #expect(HumanTime.span(seconds: seconds) == words) }

  @Test("a clock that was set back makes no negative times") func backwards() {
    #expect(HumanTime.span(seconds: -5) == "Less than a second")
  }

  @Test(
    "sizes have three significant digits and decimal units",
    arguments: [
      (0, "0B"), (999, "999B"), (1000, "1kB"), (1234, "1.23kB"), (2_026_541, "2.03MB"), (152_600, "153kB"),
      (999_499, "999kB"), (999_500, "1MB"), (1_500_000_000, "1.5GB"), (10_050_000, "10.1MB"), (1_010_000, "1.01MB"),
    ] as [(Int64, String)])
  func sizes(_ bytes: Int64, _ words: String) { #expect(HumanSize.decimal(bytes) == words) }

  @Test("statuses tell state, time and health") func statuses() {
    #expect(StatusText(state: "created").text == "Created")
    #expect(StatusText(state: "running", runningSeconds: 5).text == "Up 5 seconds")
    #expect(StatusText(state: "running", health: "healthy", runningSeconds: 5).text == "Up 5 seconds (healthy)")
    #expect(
      StatusText(state: "running", health: "starting", runningSeconds: 0).text
        == "Up Less than a second (health: starting)")
    #expect(StatusText(state: "paused", health: "healthy", runningSeconds: 4).text == "Up 4 seconds (Paused)")
    #expect(
      StatusText(state: "exited", exitCode: 137, runningSeconds: 9, endedSeconds: 120).text
        == "Exited (137) 2 minutes ago")
    #expect(StatusText(state: "restarting", exitCode: 1, endedSeconds: 3).text == "Restarting (1) 3 seconds ago")
  }

  @Test("a command is one quoted text of twenty columns") func commands() {
    #expect(
      CommandText.quoted(["sh", "-c", "while true; do echo; done"]) == "\"sh -c 'while true; …\"")
    #expect(CommandText.quoted(["nginx"]) == "\"nginx\"")
    #expect(CommandText.quoted(["a \"b\"\n"], truncated: false) == "\"'a \\\"b\\\"\\n'\"")
  }

  @Test("ids are cut to twelve digits") func ids() {
    #expect(Ellipsis.id("sha256:5688d710eefb9c56e697") == "5688d710eefb")
    #expect(Ellipsis.id("5d2dc8ed075645f199478c") == "5d2dc8ed0756")
  }
}
