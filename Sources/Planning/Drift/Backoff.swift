/// How long things are left alone that had to be put right again and again.
///
/// The first time something is put right at once; when it has to be done again soon, it waits 1 s, then 2 s, 4 s, up to
/// five minutes. What has been right for ten times as long as it waited last, and at least a minute, begins anew.
public struct Backoff: Hashable, Sendable {
  private struct Entry: Hashable {
    var attempts = 0
    var last: Int64 = 0
    /// May be tried again from then on.
    var due: Int64 = 0
  }

  private static let first: Int64 = 1_000_000_000
  private static let longest: Int64 = 300_000_000_000
  private static let calm: Int64 = 60_000_000_000

  private var entries: [String: Entry] = [:]

  public init() {}

  /// It was put right, or tried to be.
  /// - Parameter now: nanoseconds of a clock that does not jump.
  public mutating func note(_ key: String, now: Int64) {
    var entry = entries[key] ?? Entry()
    if entry.attempts > 0, now - entry.last > max(Self.calm, 10 * Self.delay(entry.attempts)) { entry = Entry() }
    entry.attempts += 1
    entry.last = now
    entry.due = now + Self.delay(entry.attempts)
    entries[key] = entry
  }

  private static func delay(_ attempts: Int) -> Int64 { min(first << Int64(min(attempts - 1, 12)), longest) }

  /// What is to be left alone now.
  public func held(now: Int64) -> Set<String> { Set(entries.filter { $0.value.due > now }.map(\.key)) }

  /// When the next of these may be tried again.
  public func next(of keys: Set<String>) -> Int64? { entries.filter { keys.contains($0.key) }.map(\.value.due).min() }

  /// Nothing is remembered of it any more.
  public mutating func forget(_ key: String) { entries[key] = nil }

  public func attempts(_ key: String) -> Int { entries[key]?.attempts ?? 0 }
}
