import Glibc
import Linux

/// Times of this machine's zone, as Docker's listings print them: `2026-11-24 07:00:13 +0000 UTC`.
enum LocalTime {
  static func text(_ moment: Timestamp) -> String {
    var seconds = time_t(moment.seconds)
    var parts = tm()
    localtime_r(&seconds, &parts)
    var text = [CChar](repeating: 0, count: 64)
    let length = strftime(&text, text.count, "%Y-%m-%d %H:%M:%S %z %Z", &parts)
    return String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
