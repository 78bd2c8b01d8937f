import Diagnostics
import FoundationEssentials
import Linux

/// Which stretch of the journal is asked for.
public struct EventOptions: Sendable {
  /// `nil`: only what happens from now on.
  public var since: Timestamp?
  /// `nil`: for ever. Once it is past, the reading ends.
  public var until: Timestamp?
  public var filters: EventFilters

  public init(since: Timestamp? = nil, until: Timestamp? = nil, filters: EventFilters) {
    self.since = since
    self.until = until
    self.filters = filters
  }
}

extension Engine {
  /// Hands events to `sink` as they happen, those since `options.since` first, until it returns false, `options.until` is
  /// past or the reading is cancelled.
  public func events(_ options: EventOptions, cancellation: Cancellation? = nil, sink: (Event) throws -> Bool) throws {
    let folder = splitPath(journal.path).folder
    try makeDirectories(folder, mode: 0o700)
    let watch = try FileWatch()
    try watch.add(folder, [.modified, .appeared])
    var reader = JournalReader(journal, from: options.since == nil ? .now() : nil)
    while true {
      watch.drain()
      let now = Timestamp.now()
      while let event = reader.next() {
        if let since = options.since, event.time < since { continue }
        if let until = options.until, event.time > until { continue }
        if options.filters.accept(event), try !sink(event) { return }
      }
      if cancellation?.isCancelled ?? false { return }
      let left = options.until.map { $0.nanoseconds - now.nanoseconds }
      if let left, left <= 0 { return }
      _ = poll([watch.descriptor] + (cancellation.map { [$0.descriptor] } ?? []), timeout: left)
    }
  }
}

/// The journal over both its files, read line by line. Rotation may happen at any moment.
private struct JournalReader {
  private let journal: SharedLog
  private var file: LineReader?
  /// What is still to be read before the current file.
  private var earlier: LineReader?
  private let begin: Timestamp?

  /// - Parameter begin: what happened before is passed over.
  init(_ journal: SharedLog, from begin: Timestamp?) {
    self.journal = journal
    self.begin = begin
    // In this order: a file that is rotated meanwhile is met twice, and then once.
    file = LineReader(journal.path)
    earlier = begin == nil ? LineReader(journal.older) : nil
    if let earlier, earlier.inode == file?.inode { self.earlier = nil }
  }

  mutating func next() -> Event? {
    while true {
      if earlier != nil {
        if let line = earlier!.next() {
          if let event = Event(line: line) { return event }
          continue
        }
        earlier = nil
      }
      if file == nil { file = LineReader(journal.path) }
      guard file != nil else { return nil }
      if let line = file!.next() {
        if let event = Event(line: line), begin.map({ event.time >= $0 }) ?? true { return event }
        continue
      }
      guard let inode = (try? FileStatus.of(journal.path))?.inode, inode != file!.inode else { return nil }
      // Whoever opened the old file before it was renamed may still have written to it.
      earlier = file
      file = LineReader(journal.path)
    }
  }
}

private struct LineReader {
  private let descriptor: Descriptor
  let inode: UInt64
  private var offset: Int64 = 0
  private var pending: [UInt8] = []
  private var lines: [[UInt8]] = []

  init?(_ path: String) {
    guard let file = try? Descriptor.open(path), let status = try? file.status() else { return nil }
    descriptor = file
    inode = status.inode
  }

  /// The next whole line; `nil` when there is none (yet).
  mutating func next() -> [UInt8]? {
    while lines.isEmpty {
      guard let bytes = try? descriptor.read(upTo: 64 << 10, at: offset), !bytes.isEmpty else { return nil }
      offset += Int64(bytes.count)
      pending += bytes
      guard let end = pending.lastIndex(of: UInt8(ascii: "\n")) else { continue }
      lines = pending[..<end].split(separator: UInt8(ascii: "\n")).map(Array.init).reversed()
      pending.removeSubrange(...end)
    }
    return lines.removeLast()
  }
}

extension Event {
  /// `nil` for a line that is damaged.
  fileprivate init?(line: [UInt8]) {
    struct Line: Decodable {
      struct Actor: Decodable {
        var ID: String
        var Attributes: [String: String]
      }
      var `Type`: String
      var Action: String
      var Actor: Actor
      var timeNano: Int64
    }
    guard let found = try? JSONDecoder().decode(Line.self, from: Data(line)), let kind = Kind(rawValue: found.Type)
    else { return nil }
    self.init(
      kind, found.Action, id: found.Actor.ID, attributes: found.Actor.Attributes,
      time: Timestamp(nanoseconds: found.timeNano))
  }
}
