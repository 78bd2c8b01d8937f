import Glibc
import Launch
import Linux

/// Sends entries to syslog or the journal. A receiver that is away for a while loses what is said meanwhile; the
/// container never waits for long.
final class LogForwarder {
  /// Nanoseconds for connecting and for each write.
  private static let patience: Int64 = 1_000_000_000

  private let settings: LogForwardLaunch
  private let pid = getpid()
  private var socket: Descriptor?
  /// Of `Monotonic.now`: not tried again before.
  private var nextTry: Int64 = 0

  init(_ settings: LogForwardLaunch) { self.settings = settings }

  func send(_ entry: LineCutter.Entry, _ stream: ContainerLog.Stream, at time: Timestamp) {
    // Docker tells errors (3) and information (6) apart by the stream.
    let severity: UInt32 = stream == .stderr ? 3 : 6
    let bytes =
      settings.format == .journal
      ? journalEntry(entry, severity) : syslogLine(entry.bytes, settings.facility * 8 + severity, time)
    // A connection that was closed is noticed by the write: once more then.
    for _ in 0..<2 {
      guard let socket = connected() else { return }
      do { return try socket.sendAll(bytes) } catch { self.socket = nil }
    }
  }

  private func connected() -> Descriptor? {
    if let socket { return socket }
    guard Monotonic.now >= nextTry else { return nil }
    socket = try? RemoteSocket.connect(settings.address, stream: settings.isStream, patience: Self.patience)
    if socket == nil { nextTry = Monotonic.now + Self.patience }
    return socket
  }

  private func syslogLine(_ text: UnsafeBufferPointer<UInt8>, _ priority: UInt32, _ time: Timestamp) -> [UInt8] {
    let head =
      switch settings.format {
      case .rfc3164: "<\(priority)>\(Self.stamp(time)) \(settings.hostname) \(settings.tag)[\(pid)]: "
      case .rfc5424:
        "<\(priority)>1 \(Self.instant(time, digits: 0)) \(settings.hostname) \(settings.tag) \(pid) \(settings.tag) - "
      case .rfc5424micro:
        "<\(priority)>1 \(Self.instant(time, digits: 6)) \(settings.hostname) \(settings.tag) \(pid) \(settings.tag) - "
      case .unix, .journal: "<\(priority)>\(Self.stamp(time)) \(settings.tag)[\(pid)]: "
      }
    return Array(head.utf8) + text + [10]
  }

  /// `Jan  2 15:04:05` in this machine's time.
  private static func stamp(_ time: Timestamp) -> String {
    var seconds = time_t(time.seconds)
    var parts = tm()
    localtime_r(&seconds, &parts)
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ number: Int32, _ filler: String = "0") -> String { (number < 10 ? filler : "") + "\(number)" }
    return "\(months[Int(parts.tm_mon)]) \(two(parts.tm_mday, " ")) "
      + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
  }

  /// `2026-01-02T15:04:05.123456Z`
  private static func instant(_ time: Timestamp, digits: Int) -> String {
    let text = time.ascii(fixedFraction: true)
    let whole = text.prefix(19)
    let fraction = digits == 0 ? [] : [UInt8(ascii: ".")] + text.dropFirst(20).prefix(digits)
    return String(decoding: whole + fraction + [UInt8(ascii: "Z")], as: UTF8.self)
  }

  private func journalEntry(_ entry: LineCutter.Entry, _ severity: UInt32) -> [UInt8] {
    var bytes = Array("PRIORITY=\(severity)\n".utf8)
    for field in settings.fields { Self.add(field.name, Array(field.value.utf8), to: &bytes) }
    if !entry.endsLine { bytes += "CONTAINER_PARTIAL_MESSAGE=true\n".utf8 }
    Self.add("MESSAGE", Array(entry.bytes), to: &bytes)
    return bytes
  }

  /// A value with a line feed in it is told by its length.
  private static func add(_ name: String, _ value: [UInt8], to bytes: inout [UInt8]) {
    bytes += name.utf8
    if value.contains(10) {
      bytes.append(10)
      withUnsafeBytes(of: UInt64(value.count).littleEndian) { bytes += $0 }
    } else {
      bytes.append(UInt8(ascii: "="))
    }
    bytes += value
    bytes.append(10)
  }
}
