import Diagnostics
import Glibc
import Linux
import Spec

/// The volumes that are written down: `volumes/<name>/volume.json` beside `volumes/<name>/_data`, each folder appearing
/// and disappearing as a whole.
struct VolumeStore: Sendable {
  static let dataName = "_data"
  static let recordName = "volume.json"

  let host: Host

  /// What `volume.json` says.
  struct Record: Codable, Hashable {
    var spec: VolumeSpec
    var owner: Ownership?
    var created: Timestamp
    /// The container for which an anonymous volume was made; empty for one that somebody made without a name.
    var madeFor: String?

    enum CodingKeys: String, CodingKey {
      case spec, owner, created
      case madeFor = "made_for"
    }
  }

  func folder(_ name: String) -> String { "\(host.volumes)/\(name)" }
  func data(_ name: String) -> String { "\(host.volumes)/\(name)/\(Self.dataName)" }

  /// Sorted by name; those whose record is damaged are left out and named.
  func list() throws(Failure) -> (volumes: [Volume], damaged: [(name: String, failure: Failure)]) {
    var volumes: [Volume] = []
    var damaged: [(String, Failure)] = []
    for name in try names() {
      do { if let volume = try read(name) { volumes.append(volume) } } catch { damaged.append((name, error)) }
    }
    return (volumes, damaged)
  }

  func names() throws(Failure) -> [String] {
    do { return try listDirectory(host.volumes).filter { !$0.hasPrefix(".") } } catch {
      if error.errno == ENOENT { return [] }
      throw error.failure
    }
  }

  /// - Returns: `nil` where there is no such volume.
  func read(_ name: String) throws(Failure) -> Volume? {
    guard let record = try record(name) else { return nil }
    return Volume(
      spec: record.spec, owner: record.owner, created: record.created, anonymous: record.madeFor != nil,
      mountpoint: data(name))
  }

  func record(_ name: String) throws(Failure) -> Record? {
    guard !name.isEmpty, !name.hasPrefix("."), !name.utf8.contains(UInt8(ascii: "/")) else { return nil }
    do {
      return try Sealed.decode(Record.self, from: readFile("\(folder(name))/\(Self.recordName)", limit: 1 << 20))
    } catch {
      if let error = error as? SystemError, error.errno == ENOENT { return nil }
      throw Failure(error).about("record of volume \(name)")
    }
  }

  /// Makes a volume. Who makes the same one at the same time makes one of the two.
  /// - Parameter unlessPresent: look first whether it is there.
  /// - Returns: whether this call made it.
  func create(_ spec: VolumeSpec, owner: Ownership?, madeFor: String? = nil, unlessPresent: Bool = false) throws -> Bool
  {
    if unlessPresent, FileStatus.exists("\(folder(spec.name))/\(Self.recordName)") { return false }
    let record = Record(spec: spec, owner: owner, created: .now(), madeFor: madeFor)
    let draft = try FolderDraft(in: host.volumes, name: Identifier.random(), mode: 0o701)
    do {
      try writeAtomically(Sealed.encode(record), to: "\(draft.folder)/\(Self.recordName)", mode: 0o600)
      try makeDirectories("\(draft.folder)/\(Self.dataName)")
      try draft.finish(as: spec.name)
      return true
    } catch {
      draft.abandon()
      guard (error as? Failure)?.code == .conflict else { throw error }
      return false
    }
  }

  /// While this is held nobody removes a volume (`holdAll`): for who is about to write down that it uses some.
  func holdExisting() throws(Failure) -> FileLock { try hold(.shared) }

  /// Held by who removes a volume while it looks whether it is used.
  func holdAll() throws(Failure) -> FileLock { try hold(.exclusive) }

  private func hold(_ mode: FileLock.Mode) throws(Failure) -> FileLock {
    do {
      try makeDirectories(host.volumes, mode: 0o701)
      return try FileLock(Descriptor.open(host.volumes, [.readOnly, .directory]), mode)
    } catch { throw error.failure }
  }

  /// The volumes that were made for a container and have no name of their own.
  func anonymous(madeFor id: String) throws(Failure) -> [String] {
    try names().filter { Identifier.isID($0) && (try? record($0))?.madeFor == id }
  }

  /// The volume is no more. Nothing may be mounted there.
  func remove(_ name: String) throws(Failure) {
    try RetiredFolder(name, in: host.volumes).remove()
  }
}
