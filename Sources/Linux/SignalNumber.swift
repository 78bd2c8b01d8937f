import Diagnostics

/// Signals by the names that people give them: signal(7).
public enum SignalNumber {
  private static let names =
    [
      "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "IOT": 6, "BUS": 7, "FPE": 8, "KILL": 9,
      "USR1": 10,
      "SEGV": 11, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15, "STKFLT": 16, "CHLD": 17, "CLD": 17, "CONT": 18,
      "STOP": 19, "TSTP": 20, "TTIN": 21, "TTOU": 22, "URG": 23, "XCPU": 24, "XFSZ": 25, "VTALRM": 26, "PROF": 27,
      "WINCH": 28, "IO": 29, "POLL": 29, "PWR": 30, "SYS": 31,
    ] as [String: Int32]
  /// The first and last real-time signals of a program; the C library keeps 32 and 33 for itself.
  private static let realTime: ClosedRange<Int32> = 34...64

  /// `SIGTERM`, `term`, `15`, `SIGRTMIN+3`, `RTMAX-1`.
  public static func parse(_ text: String) throws(Failure) -> Int32 {
    if let number = Int32(text), (1...64).contains(number) { return number }
    var name = text.uppercased()
    if name.hasPrefix("SIG") { name.removeFirst(3) }
    if let number = names[name] { return number }
    if name.hasPrefix("RTMIN") || name.hasPrefix("RTMAX") {
      let offset = name.dropFirst(5).isEmpty ? 0 : Int32(name.dropFirst(5))
      let base = name.hasPrefix("RTMIN") ? realTime.lowerBound : realTime.upperBound
      if let offset, realTime.contains(base + offset) { return base + offset }
    }
    throw Failure(.invalidInput, "\"\(text)\" is no signal", hint: "SIGTERM, TERM and 15 all name the same one")
  }
}
