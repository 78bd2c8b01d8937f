import Glibc
import Linux

/// Times of this machine's zone, as Docker's listings print them: `2026-11-24 07:00:13 +0000 UTC`.
enum LocalTime {
  static func text(_ moment: Timestamp) -> String { format(moment, "%Y-%m-%d %H:%M:%S %z %Z") }

  /// RFC 3339 with nanoseconds, as docker's events have it: `2026-11-24T10:19:30.273373608Z`.
  static func precise(_ moment: Timestamp) -> String {
    let fraction = String(moment.nanoseconds - moment.seconds * 1_000_000_000)
    var zone = format(moment, "%z")
    zone = zone == "+0000" ? "Z" : "\(zone.prefix(3)):\(zone.suffix(2))"
    return format(moment, "%Y-%m-%dT%H:%M:%S") + "." + String(repeating: "0", count: 9 - fraction.utf8.count) + fraction
      + zone
  }

  /// `2026-11-24 10:19:30.273373`, as docker compose shows events.
  static func microseconds(_ moment: Timestamp) -> String {
    let fraction = String((moment.nanoseconds - moment.seconds * 1_000_000_000) / 1000)
    return format(moment, "%Y-%m-%d %H:%M:%S") + "." + String(repeating: "0", count: 6 - fraction.utf8.count) + fraction
  }

  private static func format(_ moment: Timestamp, _ format: String) -> String {
    var seconds = time_t(moment.seconds)
    var parts = tm()
    localtime_r(&seconds, &parts)
    var text = [CChar](repeating: 0, count: 64)
    let length = strftime(&text, text.count, format, &parts)
    return String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
