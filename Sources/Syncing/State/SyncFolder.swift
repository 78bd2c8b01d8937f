import Diagnostics
import FoundationEssentials
import Linux
import OCI
import Images

/// A sync's own folder:
///
///     state.json                      what it knows
///     lock                            held while it runs
///     revisions/<commit>/<name>/      the files of revisions that run, or are being applied
public struct SyncFolder: Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  /// - Parameters:
  ///   - root: `$DAVIT_ROOT`.
  ///   - name: of the sync.
  public init(root: String, name: String) { path = "\(root)/sync/\(name)" }

  /// Of all syncs of a machine, by name.
  public static func all(root: String) -> [(name: String, folder: SyncFolder)] {
    ((try? listDirectory("\(root)/sync")) ?? []).sorted().map { ($0, SyncFolder(root: root, name: $0)) }
  }

  /// The name that a sync gets where none is given: the same repository, reference and path always get the same.
  public static func name(_ repository: String, _ reference: String, _ path: String) -> String {
    var base = String(repository.split(separator: "/").last ?? "repository")
    if base.hasSuffix(".git") { base = String(base.dropLast(4)) }
    let safe = String(
      base.unicodeScalars.map {
        $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-")
          ? Character($0) : "-"
      })
    let digest = Digest.sha256(of: "\(repository)\n\(reference)\n\(path)".utf8)
    return "\(safe.isEmpty ? "repository" : safe)-\(digest.hex.prefix(8))"
  }

  private var stateFile: String { "\(path)/state.json" }
  private var revisions: String { "\(path)/revisions" }

  /// Held by the process that syncs; `nil`: another does. One that was killed a moment ago is waited for.
  public func lock() throws(Failure) -> FileLock? {
    let deadline = Monotonic.now + 2_000_000_000
    do throws(SystemError) {
      try makeDirectories(revisions, mode: 0o700)
      while true {
        if let lock = try FileLock(trying: "\(path)/lock") { return lock }
        guard Monotonic.now < deadline else { return nil }
        Monotonic.sleep(nanoseconds: 50_000_000)
      }
    } catch { throw Failure(error) }
  }

  /// Whether a process syncs now.
  public var isRunning: Bool {
    guard FileStatus.exists("\(path)/lock") else { return false }
    guard let lock = try? FileLock(trying: "\(path)/lock") else { return true }
    lock.unlock()
    return false
  }

  // MARK: State

  /// `nil`: there is none, or it cannot be read, and everything begins anew.
  public func read() -> SyncState? {
    guard let bytes = try? readFile(stateFile),
      let state = try? JSONDecoder().decode(SyncState.self, from: Data(bytes)),
      state.version == SyncState.formatVersion
    else { return nil }
    return state
  }

  func write(_ state: SyncState) throws(Failure) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      try writeAtomically(try encoder.encode(state) + Data("\n".utf8), to: stateFile, mode: 0o600, durable: true)
    } catch {
      throw Failure(.system, "its state could not be written down", subject: path, causes: ["\(error)"])
    }
  }

  // MARK: Revisions

  /// The folder of a revision, named after the repository so that projects without a name are called after that.
  func revision(_ commit: String, named name: String) -> String { "\(revisions)/\(commit)/\(name)" }

  /// Makes it as a whole: nobody ever sees half of a revision.
  /// - Parameter proof: what was checked of it; one that was made without is checked before it is used again.
  func makeRevision(
    _ commit: String, named name: String, proof: String?, _ fill: (String) throws(Failure) -> Void
  ) throws(Failure) -> String {
    let place = revision(commit, named: name)
    let mark = proof.map { ".checked-\($0)" }
    let isThere = FileStatus.exists(place)
    if isThere, mark.map({ FileStatus.exists("\(revisions)/\(commit)/\($0)") }) ?? true { return place }
    let temporary = "\(revisions)/.new"
    do throws(SystemError) {
      try removeTree(temporary)
      try makeDirectories(temporary, mode: 0o700)
    } catch { throw Failure(error) }
    defer { try? removeTree(temporary) }
    try fill("\(temporary)/\(name)")
    do throws(SystemError) {
      let target = isThere ? "\(revisions)/\(commit)" : temporary
      if let mark { try writeAtomically([], to: "\(target)/\(mark)", mode: 0o600) }
      // Containers may stand on the files of one that is there, so those stay.
      if isThere { return place }
      try removeTree("\(revisions)/\(commit)")
      try Descriptor.open(revisions, .anchor).rename(".new", to: commit)
    } catch { throw Failure(error) }
    return place
  }

  /// Removes the revisions that nothing runs from any more.
  func keep(_ commits: Set<String>) {
    for name in (try? listDirectory(revisions)) ?? [] where !commits.contains(name) {
      try? removeTree("\(revisions)/\(name)")
    }
  }
}
