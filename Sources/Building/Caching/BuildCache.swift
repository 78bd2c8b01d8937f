import Diagnostics
import Engine
import Images
import Linux
import OCI

/// What builds keep on this machine for the next one.
public struct BuildCache: Sendable {
  private let engine: Engine
  private var folder: String { "\(engine.host.root)/builds" }
  private var notes: StepNotes { StepNotes(folder) }

  public init(_ engine: Engine) { self.engine = engine }

  /// One thing that is kept.
  public struct Record: Sendable {
    public enum Kind: String, Sendable {
      case step = "regular"
      /// A folder of `RUN --mount=type=cache`.
      case folder = "exec.cachemount"
      /// What `ADD` fetched.
      case fetched = "source.http"
    }

    public var kind: Kind
    /// A step's key, a folder's name.
    public var id: String
    public var description: String
    /// Bytes on disk.
    public var size: Int64
    /// An image has the layer, too: removing the record frees nothing.
    public var isShared: Bool
    public var created: Timestamp?
    public var used: Timestamp?
    /// The record that it stands on.
    public var parent: String?
  }

  /// Longest unused first.
  public func records() throws -> [Record] {
    var records: [Record] = []
    for snapshot in try engine.images.snapshots() {
      let note = notes.note(snapshot.key)
      records.append(
        Record(
          kind: .step, id: snapshot.key.hex, description: note?.title ?? "", size: snapshot.size,
          isShared: snapshot.isShared, created: note?.created, used: note?.used))
    }
    let caches = CacheFolders(folder)
    for cache in caches.all() {
      records.append(
        Record(
          kind: .folder, id: cache.name, description: "cached mount \(cache.id)", size: caches.size(cache.name),
          isShared: false, used: cache.used))
    }
    for name in (try? listDirectory("\(folder)/fetched")) ?? [] where !name.contains(".") {
      guard let status = try? FileStatus.of("\(folder)/fetched/\(name)") else { continue }
      records.append(
        Record(
          kind: .fetched, id: name, description: "fetched file", size: status.size, isShared: false,
          used: status.modified))
    }
    return records.sorted { ($0.used?.nanoseconds ?? 0, $0.id) < ($1.used?.nanoseconds ?? 0, $1.id) }
  }

  public struct Pruned: Sendable {
    public var records: [Record]
    /// Bytes on disk.
    public var reclaimed: Int64
  }

  /// Removes records, longest unused first.
  /// - Parameters:
  ///   - keep: stops when what is left takes no more bytes than this; `nil`: all go.
  ///   - waits: for builds that are at work; else nothing is done while there are any.
  ///   - matches: which ones may go.
  public func prune(keep: Int64? = nil, waits: Bool = true, matching matches: (Record) -> Bool) throws -> Pruned {
    let all = try records()
    var left = all.reduce(0) { $0 + ($1.isShared ? 0 : $1.size) }
    var removed: [Record] = []
    for record in all where matches(record) {
      if let keep, left <= keep { break }
      if record.kind == .folder, !remove(folder: record.id) { continue }
      if record.kind == .fetched { removeFetched(record.id) }
      if !record.isShared { left -= record.size }
      removed.append(record)
    }
    let keys = Set(removed.filter { $0.kind == .step }.compactMap { try? Digest(.sha256, hex: $0.id) })
    guard let freed = keys.isEmpty ? 0 : try engine.images.removeSnapshots(keys, waits: waits) else {
      return Pruned(records: [], reclaimed: 0)
    }
    for key in keys { notes.forget(key) }
    return Pruned(records: removed, reclaimed: freed + removed.filter { $0.kind != .step }.reduce(0) { $0 + $1.size })
  }

  /// - Returns: whether nobody uses it.
  private func remove(folder name: String) -> Bool {
    // A container has it mounted: nobody else says so.
    let place = "\(CacheFolders(folder).folder)/\(name)/"
    let running: [ContainerView] = (try? engine.containers(all: false)) ?? []
    let isUsed = running.contains { container in
      container.record.spec.mounts.contains { $0.source.hasPrefix(place) }
    }
    guard !isUsed, (try? CacheFolders(folder).remove(name)) != nil else { return false }
    return true
  }

  private func removeFetched(_ name: String) {
    guard let holder = try? Descriptor.open("\(folder)/fetched", .anchor) else { return }
    for name in [name, "\(name).note", "\(name).lock"] { try? holder.unlink(name) }
  }

  /// Keeps the cache within its limit: a tenth of the file system, at most 20 GB, or what the person says. Adding up takes
  /// a while, so it is done once in a while, and not while builds are at work.
  /// - Parameter limit: bytes; where the person says it, it is looked at now.
  public func keepWithinLimit(_ limit: Int64?) throws {
    let mark = "\(folder)/limited"
    let now = Timestamp.now()
    if limit == nil, let last = try? FileStatus.of(mark).modified, now.seconds - last.seconds < 600 { return }
    try writeAtomically([], to: mark)
    let limit = try limit ?? min(20_000_000_000, FileSystemSpace.of(engine.host.root).total / 10)
    let steps = try engine.images.snapshots().reduce(0) { $0 + ($1.isShared ? 0 : $1.size) }
    guard steps > limit else { return }
    _ = try prune(keep: limit, waits: false) { $0.kind == .step && !$0.isShared }
  }
}
