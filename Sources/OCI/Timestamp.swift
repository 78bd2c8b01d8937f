/// A moment as the image specification writes it (RFC 3339), kept to the nanosecond.
public struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Since 1970-01-01T00:00:00Z.
  public var seconds: Int64
  public var nanoseconds: Int32

  public init(seconds: Int64, nanoseconds: Int32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// `nil` unless the text is `YYYY-MM-DDThh:mm:ss`, a fraction of any length, and `Z` or an offset.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int64? {
      guard range.upperBound <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[range] {
        guard (48...57).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 48)
      }
      return value
    }
    func holds(_ character: Character, at place: Int) -> Bool {
      place < bytes.count && bytes[place] == character.asciiValue
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
      let minute = number(14..<16), let second = number(17..<19), (1...12).contains(month), (1...31).contains(day),
      hour < 24, minute < 60, second < 61, holds("-", at: 4), holds("-", at: 7), holds(":", at: 13),
      holds(":", at: 16), holds("T", at: 10) || holds("t", at: 10) || holds(" ", at: 10)
    else { return nil }
    var place = 19
    var fraction: Int32 = 0
    if holds(".", at: place) {
      place += 1
      var unit: Int32 = 100_000_000
      while place < bytes.count, (48...57).contains(bytes[place]) {
        fraction += Int32(bytes[place] - 48) * unit
        unit /= 10
        place += 1
      }
    }
    var offset: Int64 = 0
    if holds("Z", at: place) || holds("z", at: place) {
      place += 1
    } else {
      guard holds("+", at: place) || holds("-", at: place), let hours = number(place + 1..<place + 3),
        holds(":", at: place + 3), let minutes = number(place + 4..<place + 6)
      else { return nil }
      offset = (hours * 3600 + minutes * 60) * (holds("-", at: place) ? -1 : 1)
      place += 6
    }
    guard place == bytes.count else { return nil }
    self.init(
      seconds: Self.days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset,
      nanoseconds: fraction)
  }

  /// UTC, with as many digits of the fraction as are needed, as Go's RFC3339Nano.
  public var description: String {
    let day = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
    let rest = seconds - day * 86400
    let (year, month, date) = Self.date(day)
    var text = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(date, 2))"
    text += "T\(Self.padded(rest / 3600, 2)):\(Self.padded(rest / 60 % 60, 2)):\(Self.padded(rest % 60, 2))"
    if nanoseconds != 0 {
      var digits = Self.padded(Int64(nanoseconds), 9)
      while digits.last == "0" { digits.removeLast() }
      text += "." + digits
    }
    return text + "Z"
  }

  public static func < (a: Timestamp, b: Timestamp) -> Bool {
    (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds)
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  // The proleptic Gregorian calendar, with years that begin in March so that the leap day is the last.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468
  }

  private static func date(_ days: Int64) -> (Int64, Int64, Int64) {
    let z = days + 719468
    let era = (z >= 0 ? z : z - 146096) / 146097
    let dayOfEra = z - era * 146097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let m = (5 * dayOfYear + 2) / 153
    let month = m < 10 ? m + 3 : m - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * m + 2) / 5 + 1)
  }
}
