import Glibc

/// A moment of the wall clock, to the nanosecond, written as RFC 3339 with the fraction that is needed
/// (`2026-03-01T12:00:00.5Z`), as Docker's records and logs do.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Since 1970-01-01T00:00:00Z.
  public var nanoseconds: Int64

  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// A moment outside of what 64 bits of nanoseconds hold (1677 to 2262) becomes the nearest that they do: files and
  /// images may claim any year.
  public init(seconds: Int64, nanoseconds: Int64) {
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = whole.addingReportingOverflow(nanoseconds)
    self.nanoseconds = overflow || carry ? (seconds < 0 ? .min + 1_000_000_000 : .max) : sum
  }

  public static func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds < b.nanoseconds }

  /// Whole seconds since 1970, rounded down.
  public var seconds: Int64 {
    nanoseconds >= 0 ? nanoseconds / 1_000_000_000 : -((-nanoseconds + 999_999_999) / 1_000_000_000)
  }
}

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC; trailing zeros of the fraction are left out.
  public var description: String { String(decoding: ascii(fixedFraction: false), as: UTF8.self) }

  /// RFC 3339 in UTC with all nine digits of the fraction, so that columns line up.
  public var fixedWidth: String { String(decoding: ascii(fixedFraction: true), as: UTF8.self) }

  /// The text as bytes.
  public func ascii(fixedFraction: Bool) -> [UInt8] {
    let seconds = self.seconds
    let fraction = nanoseconds - seconds * 1_000_000_000
    let days = seconds >= 0 ? seconds / 86400 : -((-seconds + 86399) / 86400)
    let second = seconds - days * 86400
    let (year, month, day) = civil(days: days)

    var text: [UInt8] = []
    text.reserveCapacity(30)
    func put(_ value: Int64, _ digits: Int) {
      var divisor: Int64 = 1
      for _ in 1..<digits { divisor *= 10 }
      while divisor > 0 {
        text.append(UInt8(48 + value / divisor % 10))
        divisor /= 10
      }
    }
    put(year, 4)
    text.append(UInt8(ascii: "-"))
    put(month, 2)
    text.append(UInt8(ascii: "-"))
    put(day, 2)
    text.append(UInt8(ascii: "T"))
    put(second / 3600, 2)
    text.append(UInt8(ascii: ":"))
    put(second / 60 % 60, 2)
    text.append(UInt8(ascii: ":"))
    put(second % 60, 2)
    if fixedFraction || fraction != 0 {
      text.append(UInt8(ascii: "."))
      put(fraction, 9)
      if !fixedFraction { while text.last == UInt8(ascii: "0") { text.removeLast() } }
    }
    text.append(UInt8(ascii: "Z"))
    return text
  }

  /// Reads RFC 3339 with `Z` or a numeric offset; `nil` for anything else.
  public init?(_ text: some StringProtocol) { self.init(ascii: Array(text.utf8)[...]) }

  /// Reads RFC 3339 with `Z` or a numeric offset; `nil` for anything else.
  public init?(ascii text: ArraySlice<UInt8>) {
    var rest = text
    func number(_ digits: Int) -> Int64? {
      guard rest.count >= digits else { return nil }
      var value: Int64 = 0
      for byte in rest.prefix(digits) {
        guard (48...57).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 48)
      }
      rest = rest.dropFirst(digits)
      return value
    }
    func expect(_ allowed: UInt8...) -> Bool {
      guard let first = rest.first, allowed.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    guard let year = number(4), expect(UInt8(ascii: "-")), let month = number(2), expect(UInt8(ascii: "-")),
      let day = number(2), expect(UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " ")),
      let hour = number(2), expect(UInt8(ascii: ":")), let minute = number(2), expect(UInt8(ascii: ":")),
      let second = number(2), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }

    var fraction: Int64 = 0
    if expect(UInt8(ascii: ".")) {
      var scale: Int64 = 100_000_000
      guard let first = rest.first, (48...57).contains(first) else { return nil }
      while let byte = rest.first, (48...57).contains(byte) {
        fraction += Int64(byte - 48) * scale
        scale /= 10
        rest = rest.dropFirst()
      }
    }
    var offset: Int64 = 0
    if !expect(UInt8(ascii: "Z"), UInt8(ascii: "z")) {
      guard let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
      rest = rest.dropFirst()
      guard let hours = number(2), expect(UInt8(ascii: ":")), let minutes = number(2) else { return nil }
      offset = (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }
    guard rest.isEmpty else { return nil }
    let seconds = days(year: year, month: month, day: day) * 86400 + hour * 3600 + minute * 60 + second - offset
    self.init(seconds: seconds, nanoseconds: fraction)
  }
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar, counted in years that begin on the first of
/// March, so that the leap day is a year's last.
private func days(year: Int64, month: Int64, day: Int64) -> Int64 {
  let marchYear = month > 2 ? year : year - 1
  let marchMonth = (month + 9) % 12
  let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
  let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
  return marchYear * 365 + leapDays + dayOfYear - 719_468
}

private func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
  let shifted = days + 719_468
  let era = shifted / 146_097
  let dayOfEra = shifted % 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let marchMonth = (5 * dayOfYear + 2) / 153
  let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
}
