import Diagnostics
import Glibc
import Linux

/// The containers that are written down: one folder each, which appears and disappears as a whole.
///
///     containers/<id>/config.json   a container
///     containers/.new-<id>/         one that is being made; its maker holds a lock on the folder
///     containers/.old-<id>/         one that is being removed; `.old-v-<id>`: with its anonymous volumes
///     names/<name>                  a symbolic link that says the id: a claim that exactly one can win
///
/// A folder under the last two kinds of name whose lock is free has lost its maker, and whoever comes next finishes it.
struct ContainerStore: Sendable {
  let host: Host
  private let decoded = DecodedFiles<ContainerRecord>()

  init(host: Host) { self.host = host }

  /// What a listing found.
  struct Listing {
    /// In the order in which they were made.
    var records: [ContainerRecord] = []
    /// Ids of those whose record cannot be read, and why.
    var damaged: [(id: String, failure: Failure)] = []
  }

  /// All records.
  /// - Parameter text: those whose record has it somewhere, and perhaps some that are known already; the others are not
  ///   even decoded, which keeps a project's listing cheap on a machine with many.
  func list(containing text: String? = nil) throws(Failure) -> Listing {
    var listing = Listing()
    let folder: Descriptor
    do { folder = try Descriptor.open(host.containers, .anchor) } catch {
      if error.errno == ENOENT { return listing }
      throw error.failure
    }
    let needle = text.map { Array($0.utf8) }
    let names: [DirectoryEntry]
    do { names = try folder.entries() } catch { throw error.failure }
    for entry in names where Identifier.isID(entry.name) {
      do {
        if let record = try read(entry.name, containing: needle) { listing.records.append(record) }
      } catch { listing.damaged.append((entry.name, error)) }
    }
    listing.records.sort { ($0.created, $0.id) < ($1.created, $1.id) }
    return listing
  }

  /// All records of a project, or of all.
  func list(project: String?) throws(Failure) -> Listing {
    guard let project else { return try list() }
    var listing = try list(containing: "\"project\":\"\(project)\"")
    listing.records.removeAll { $0.owner?.project != project }
    return listing
  }

  /// Those that use a volume.
  func users(ofVolume name: String) throws(Failure) -> [ContainerRecord] {
    try list(containing: "\"name\":\"\(name)\"").records.filter { $0.volumes.contains { $0.name == name } }
  }

  /// - Returns: `nil` where there is no such container.
  func read(_ id: String) throws(Failure) -> ContainerRecord? { try read(id, containing: nil) }

  /// A container as messages name it: `container shop-api-1 (project shop)`; `nil` where there is none.
  func words(for id: String) -> String? {
    guard let record = try? read(id) else { return nil }
    return "container \(record.name)" + (record.owner.map { " (project \($0.project))" } ?? "")
  }

  private func read(_ id: String, containing needle: [UInt8]?) throws(Failure) -> ContainerRecord? {
    do {
      // One that is known already need not be searched: whoever lists looks at what the record says.
      return try decoded.value(at: host.container(id).record) { file in
        let bytes = try file.readAll(limit: 16 << 20)
        if let needle, !contains(bytes, needle) { return nil }
        do { return try Sealed.decode(ContainerRecord.self, from: bytes) } catch {
          throw Failure(error).about("record of container \(id.prefix(12))")
        }
      }
    } catch { throw Failure(error) }
  }

  /// Replaces the record of a container that the caller has locked.
  func write(_ record: ContainerRecord) throws {
    try writeAtomically(Sealed.encode(record), to: host.container(record.id).record, mode: 0o600)
  }

  private func contains(_ bytes: [UInt8], _ needle: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { hay in
      needle.withUnsafeBytes { needle in
        let last = hay.count - needle.count
        var from = 0
        while from <= last, let hit = memchr(hay.baseAddress! + from, Int32(needle[0]), last - from + 1) {
          if memcmp(hit, needle.baseAddress!, needle.count) == 0 { return true }
          from = UnsafeRawPointer(hit) - hay.baseAddress! + 1
        }
        return false
      }
    }
  }
}

extension ContainerStore {
  /// Ids that begin with `prefix`.
  func ids(beginningWith prefix: String = "") throws(Failure) -> [String] {
    do {
      return try listDirectory(host.containers).filter { Identifier.isID($0) && $0.hasPrefix(prefix) }
    } catch {
      if error.errno == ENOENT { return [] }
      throw error.failure
    }
  }

  /// The id of the container that a person means by its name, its id or the unambiguous beginning of its id.
  func resolve(_ nameOrID: String) throws(Failure) -> String {
    let name = nameOrID.hasPrefix("/") ? String(nameOrID.dropFirst()) : nameOrID
    if Identifier.isID(name), FileStatus.exists(host.container(name).record) { return name }
    if !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")), let id = try? readLink("\(host.names)/\(name)"),
      FileStatus.exists(host.container(id).record)
    {
      return id
    }
    if Identifier.isHexadecimal(name), name.utf8.count < 64 {
      let found = try ids(beginningWith: name)
      if found.count == 1 { return found[0] }
      if found.count > 1 {
        throw Failure(
          .invalidInput, "several containers have ids that begin with \(name)",
          hint: found.map { String($0.prefix(12)) }.joined(separator: ", "))
      }
    }
    throw Failure(.notFound, "no such container", subject: "container \(nameOrID)")
  }
}
