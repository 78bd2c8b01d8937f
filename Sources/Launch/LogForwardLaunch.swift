/// Another place on this or another machine that every entry of the log goes to: syslog, or systemd's journal.
public struct LogForwardLaunch: Hashable, Sendable {
  public enum Format: UInt8, Sendable {
    /// `<30>Jan  2 15:04:05 tag[1]: text`: what syslogd reads on its own machine.
    case unix
    /// RFC 3164, section 4.1: with the host's name.
    case rfc3164
    case rfc5424
    /// RFC 5424 with microseconds.
    case rfc5424micro
    /// systemd's native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL).
    case journal
  }

  /// A `sockaddr`, as the kernel reads it.
  public var address: [UInt8] = []
  /// A connection, instead of a datagram for each entry.
  public var isStream = false
  public var format = Format.unix
  /// RFC 5424, table 1.
  public var facility: UInt32 = 3
  public var tag = ""
  public var hostname = ""
  /// Fields of every entry in the journal.
  public var fields: [NamedValue] = []

  public init() {}
}

extension LogForwardLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&address)
    try wire.pass(&isStream)
    try wire.pass(&format)
    try wire.pass(&facility)
    try wire.pass(&tag)
    try wire.pass(&hostname)
    try wire.pass(&fields)
  }
}

extension LogForwardLaunch.Format: WireEnumeration {
  init() { self = .unix }
}
