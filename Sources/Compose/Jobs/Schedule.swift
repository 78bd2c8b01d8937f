import Diagnostics

/// When a job is due: five fields as crontab(5) has them (minute, hour, day of the month, month, day of the week), one of
/// `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`, or `@every 15m`.
public struct Schedule: Sendable, Hashable {
  /// As written.
  public let text: String
  private let rule: Rule

  private enum Rule: Hashable {
    /// Seconds between two runs.
    case every(Int64)
    case fields(Fields)
  }

  private struct Fields: Hashable {
    var minutes: Set<Int>
    var hours: Set<Int>
    var days: Set<Int>
    var months: Set<Int>
    /// 0 is Sunday.
    var weekdays: Set<Int>
    /// Where both are restricted, either of them is enough (crontab(5)).
    var eitherDay: Bool
    var everyHour: Bool
  }

  /// Throws `invalidInput` that says which field is wrong.
  public init(_ text: String) throws(Failure) {
    self.text = text
    let words = text.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
    if words.count == 2, words[0] == "@every" {
      guard let nanoseconds = try? DurationSyntax.parse(words[1]), nanoseconds >= 1_000_000_000 else {
        throw Failure(.invalidInput, "`\(words[1])` is no duration of a second or more", hint: "write @every 15m")
      }
      rule = .every(nanoseconds / 1_000_000_000)
      return
    }
    let known = [
      "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
      "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]
    let fields = words.count == 1 ? known[words[0]]?.split(separator: " ").map(String.init) ?? words : words
    guard fields.count == 5 else {
      throw Failure(
        .invalidInput, "`\(text)` is no schedule",
        hint: "write minute, hour, day, month and day of the week, like 30 3 * * mon-fri, or @daily, or @every 15m")
    }
    let weekdays = try Self.field(fields[4], 0...7, "day of the week", Self.dayNames)
    let parsed = Fields(
      minutes: try Self.field(fields[0], 0...59, "minute"), hours: try Self.field(fields[1], 0...23, "hour"),
      days: try Self.field(fields[2], 1...31, "day of the month"),
      months: try Self.field(fields[3], 1...12, "month", Self.monthNames),
      weekdays: Set(weekdays.map { $0 % 7 }), eitherDay: !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*"),
      everyHour: fields[1].hasPrefix("*"))
    let longest = [1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31]
    guard parsed.eitherDay || parsed.months.contains(where: { month in parsed.days.contains { $0 <= longest[month]! } })
    else { throw Failure(.invalidInput, "`\(text)` names a day that no month has") }
    rule = .fields(parsed)
  }

  private static let dayNames = ["sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6]
  private static let monthNames = [
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12,
  ]

  /// `*`, `*/5`, `1-5`, `1-30/2`, `mon,wed`, `7`.
  private static func field(
    _ text: String, _ range: ClosedRange<Int>, _ what: String, _ names: [String: Int] = [:]
  ) throws(Failure) -> Set<Int> {
    var values: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
      let ends = pieces.first?.split(separator: "-", omittingEmptySubsequences: false) ?? []
      func number(_ text: Substring) -> Int? { Int(text).flatMap { $0 >= 0 ? $0 : nil } ?? names[text.lowercased()] }
      var (low, high) = (range.lowerBound, range.upperBound)
      var isWritten = pieces.first == "*"
      if !isWritten, let first = ends.first.flatMap(number) {
        low = first
        // `5/15` goes on to the end, as `5-59/15` does.
        high = ends.count == 2 ? number(ends[1]) ?? -1 : pieces.count == 2 ? range.upperBound : first
        isWritten = ends.count <= 2
      }
      let step = pieces.count == 2 ? Int(pieces[1]) ?? 0 : 1
      guard isWritten, pieces.count <= 2, step > 0, low <= high, range.contains(low), range.contains(high) else {
        throw Failure(
          .invalidInput, "`\(part)` is no \(what)",
          hint: "it is a number from \(range.lowerBound) to \(range.upperBound), a range, a list, or */n")
      }
      values.formUnion(stride(from: low, through: high, by: step))
    }
    return values
  }

  /// The first moment after another at which the job is due; `nil`: there is none within eight years.
  /// - Parameter moment: seconds since 1970.
  /// - Parameter offset: how many seconds the clocks are ahead of UTC at a moment.
  public func next(after moment: Int64, offset: (Int64) -> Int64) -> Int64? {
    switch rule {
    case .every(let seconds): return (moment / seconds + 1) * seconds
    case .fields(let fields):
      let from = CivilTime(moment + offset(moment))
      var candidate = moment - (moment % 60) + 60
      let end = moment + 8 * 366 * 86_400
      while candidate < end {
        let local = CivilTime(candidate + offset(candidate))
        if !fields.months.contains(local.month) || !Self.isDay(local, fields) {
          candidate = Self.nextDay(candidate, local, offset)
        } else if !fields.hours.contains(local.hour) {
          candidate += Int64(60 - local.minute) * 60
        } else if !fields.minutes.contains(local.minute) || !fields.everyHour && local <= from {
          // The second of two equal hours, when the clocks go back, is no other one.
          candidate += 60
        } else {
          return candidate
        }
      }
      return nil
    }
  }

  private static func isDay(_ local: CivilTime, _ fields: Fields) -> Bool {
    let (byDate, byWeek) = (fields.days.contains(local.day), fields.weekdays.contains(local.weekday))
    return fields.eitherDay ? byDate || byWeek : byDate && byWeek
  }

  /// Midnight, as the clocks have it then.
  private static func nextDay(_ candidate: Int64, _ local: CivilTime, _ offset: (Int64) -> Int64) -> Int64 {
    let next = candidate + Int64(24 * 60 - local.hour * 60 - local.minute) * 60
    let arrived = CivilTime(next + offset(next))
    // The clocks went forward on the way.
    return arrived.day != local.day && arrived.hour > 0 && arrived.hour < 4 ? next - Int64(arrived.hour) * 3600 : next
  }
}

/// A moment as clocks and calendars of one place show it.
struct CivilTime: Hashable, Comparable {
  var year: Int
  var month: Int
  var day: Int
  var hour: Int
  var minute: Int
  /// 0 is Sunday.
  var weekday: Int

  /// - Parameter seconds: since 1970, the zone's offset added.
  init(_ seconds: Int64) {
    let days = Int(seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400)
    let rest = Int(seconds) - days * 86_400
    (hour, minute) = (rest / 3600, rest / 60 % 60)
    weekday = ((days + 4) % 7 + 7) % 7
    // Days since 1 March of the year 0, in eras of 400 years, so that the leap day is the last of its year.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let ofEra = shifted - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let march = (5 * ofYear + 2) / 153
    day = ofYear - (153 * march + 2) / 5 + 1
    month = march < 10 ? march + 3 : march - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  static func < (one: CivilTime, other: CivilTime) -> Bool {
    (one.year, one.month, one.day, one.hour, one.minute)
      < (other.year, other.month, other.day, other.hour, other.minute)
  }
}
