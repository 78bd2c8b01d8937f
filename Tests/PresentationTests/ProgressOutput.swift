import Testing

@testable import Presentation

@Suite("Progress") struct ProgressOutput {
  @Test("without a terminal each step is a line") func plain() {
    #expect(
      ProgressLine.plain(ProgressStep("Container shop-web-1", "Creating", .working))
        == " Container shop-web-1  Creating\n")
  }

  @Test("as JSON each step is an object on a line") func json() {
    #expect(
      ProgressLine.json(ProgressStep("Network n", "failed", .failed, detail: "no room"))
        == #"{"id":"Network n","status":"Error","text":"failed","details":"no room"}"# + "\n")
  }

  @Test("on a terminal objects keep their lines, and a frame replaces the last one") func frames() {
    var board = ProgressBoard(title: "up", style: .plain)
    board.apply(ProgressStep("Network n", "Creating", .working), now: 0)
    board.apply(ProgressStep("Container web-1", "Creating", .working), now: 0.125)
    let clear = "\r\u{1B}[2K"
    #expect(
      board.frame(columns: 80, rows: 24, now: 0.375) == """
        \(clear)[+] up 0/2
        \(clear) ⠸ Network n        Creating   0.4s
        \(clear) ⠹ Container web-1  Creating   0.3s\n
        """)
    board.apply(ProgressStep("Network n", "Created", .done), now: 0.4375)
    #expect(
      board.frame(columns: 80, rows: 24, now: 0.5) == """
        \u{1B}[3A\(clear)[+] up 1/2
        \(clear) ✔ Network n        Created    0.4s
        \(clear) ⠸ Container web-1  Creating   0.4s\n
        """)
    #expect(board.clear() == "\u{1B}[3A\r\u{1B}[J")
    #expect(board.clear() == "")
  }

  @Test("no line is wider and no frame higher than the terminal, and what is at work stays visible")
  func smallTerminal() {
    var board = ProgressBoard(title: "up", style: .plain)
    for number in 1...50 {
      let name = "Container a-project-with-a-long-name-service-\(number)"
      board.apply(ProgressStep(name, number == 7 ? "Starting" : "Started", number == 7 ? .working : .done), now: 0)
    }
    let lines = board.frame(columns: 40, rows: 10, now: 1).split(separator: "\n").map {
      $0.replacing("\r\u{1B}[2K", with: "")
    }
    #expect(lines.count == 9)
    for line in lines { #expect(DisplayWidth.of(String(line)) <= 40, "\(line)") }
    #expect(lines.contains { $0.contains("Starting") })
  }

  @Test("auto is live on a terminal and plain otherwise") func modes() {
    #expect(ProgressMode.auto.resolved(isTerminal: true) == .tty)
    #expect(ProgressMode.auto.resolved(isTerminal: false) == .plain)
    #expect(ProgressMode.quiet.resolved(isTerminal: true) == .quiet)
  }

  @Test("colour is decided by --ansi, then NO_COLOR, then the terminal") func colour() {
    #expect(Style.choose(ansi: "always", noColour: "1", isTerminal: false).isColoured)
    #expect(!Style.choose(ansi: "never", noColour: nil, isTerminal: true).isColoured)
    #expect(!Style.choose(ansi: "auto", noColour: "1", isTerminal: true).isColoured)
    #expect(Style.choose(ansi: "auto", noColour: "", isTerminal: true).isColoured)
    #expect(!Style.choose(ansi: "auto", noColour: nil, isTerminal: false).isColoured)
  }
}
