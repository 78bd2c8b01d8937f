import Diagnostics
import Testing

@testable import Linux

@Suite struct SignalNumberTests {
  @Test(
    "A signal is known by its name with and without SIG, in any case, and by its number",
    arguments: [
      ("SIGTERM", 15), ("term", 15), ("15", 15), ("Kill", 9), ("SIGRTMIN", 34), ("SIGRTMIN+3", 37), ("RTMAX-1", 63),
    ] as [(String, Int32)])
  func known(text: String, number: Int32) throws { #expect(try SignalNumber.parse(text) == number) }

  @Test("What is no signal is refused", arguments: ["", "SIG", "0", "65", "-1", "SIGRTMIN+31", "SIGNOPE", "RTMIN+x"])
  func unknown(text: String) { #expect(throws: Failure.self) { try SignalNumber.parse(text) } }
}
