import CLinux
import Glibc

/// Terminals and their sizes (tty(4), ioctl_tty(2)).
public struct WindowSize: Hashable, Sendable {
  public var rows: UInt16
  public var columns: UInt16

  public init(rows: UInt16, columns: UInt16) {
    self.rows = rows
    self.columns = columns
  }
}

extension Descriptor {
  public var isTerminal: Bool { isatty(raw) == 1 }

  /// TIOCGWINSZ
  public func windowSize() throws(SystemError) -> WindowSize {
    var size = winsize()
    try check("reading the terminal's size") {
      withUnsafeMutablePointer(to: &size) { systemCall(SYS_ioctl, Int(raw), Int(TIOCGWINSZ), $0.address) }
    }
    return WindowSize(rows: size.ws_row, columns: size.ws_col)
  }

  /// TIOCSWINSZ; the programs on the terminal get SIGWINCH.
  public func setWindowSize(_ wanted: WindowSize) throws(SystemError) {
    var size = winsize(ws_row: wanted.rows, ws_col: wanted.columns, ws_xpixel: 0, ws_ypixel: 0)
    try check("setting the terminal's size") {
      withUnsafeMutablePointer(to: &size) { systemCall(SYS_ioctl, Int(raw), Int(TIOCSWINSZ), $0.address) }
    }
  }

  /// Makes this the controlling terminal of the calling process, which must lead a session without one.
  public func becomeControllingTerminal() throws(SystemError) {
    try check("setting the controlling terminal") { systemCall(SYS_ioctl, Int(raw), Int(TIOCSCTTY), 0) }
  }

  /// The other end of this pseudo-terminal, by TIOCGPTPEER: no path is looked up, so nothing in a container's /dev/pts
  /// can stand in for it.
  public func terminalPeer() throws(SystemError) -> Descriptor {
    var locked: Int32 = 0
    try check("unlocking the terminal") {
      withUnsafeMutablePointer(to: &locked) {
        systemCall(SYS_ioctl, Int(raw), 0x4004_5431 /* TIOCSPTLCK */, $0.address)
      }
    }
    let flags = Int(O_RDWR | O_NOCTTY | O_CLOEXEC)
    return Descriptor(
      owning: Int32(try check("opening the terminal") { systemCall(SYS_ioctl, Int(raw), 0x5441, flags) }))
  }

  /// Puts the terminal into raw mode: every key goes to the program, none is interpreted here.
  /// - Returns: the former settings, for `setTerminal`.
  public func makeRaw() throws(SystemError) -> TerminalSettings {
    var settings = termios()
    try check("reading terminal settings") { tcgetattr(raw, &settings) == 0 ? 0 : -Int(errno) }
    let former = TerminalSettings(settings)
    cfmakeraw(&settings)
    try setTerminal(TerminalSettings(settings))
    return former
  }

  /// Gives keys to the program as they are typed, unseen; Ctrl-C and its like still send signals.
  /// - Returns: the former settings, for `setTerminal`.
  public func readKeys() throws(SystemError) -> TerminalSettings {
    var settings = termios()
    try check("reading terminal settings") { tcgetattr(raw, &settings) == 0 ? 0 : -Int(errno) }
    let former = TerminalSettings(settings)
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
    try setTerminal(TerminalSettings(settings))
    return former
  }

  public func setTerminal(_ wanted: TerminalSettings) throws(SystemError) {
    var settings = wanted.raw
    try check("setting the terminal") { tcsetattr(raw, TCSADRAIN, &settings) == 0 ? 0 : -Int(errno) }
  }
}

/// What `makeRaw` changed.
public struct TerminalSettings: @unchecked Sendable {
  let raw: termios

  init(_ raw: termios) { self.raw = raw }
}
