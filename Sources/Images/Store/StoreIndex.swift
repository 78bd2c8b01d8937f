import Diagnostics
import Linux
import OCI

/// The names of a store: `index.json` of its image layout. Each entry has one name; an image that nothing names any more
/// has one entry without.
struct StoreIndex: Sendable {
  struct Entry: Hashable, Sendable {
    /// A manifest, or an index for several platforms.
    var descriptor: ContentDescriptor
    var name: Reference?

    /// When the name was given, RFC 3339.
    var tagged: String? { descriptor.annotations?[StoreIndex.tagged] }
  }

  static let tagged = "davit.tagged"
  static let pulled = "davit.pulled"

  var entries: [Entry] = []

  /// An index that is not there yet is empty. Names that other tools wrote and that are no references are kept as they
  /// are, without a name that a person could use.
  static func read(_ layout: StoreLayout) throws -> StoreIndex {
    let bytes: [UInt8]
    do { bytes = try readFile(layout.index) } catch {
      if error.errno == 2 { return StoreIndex() }
      throw Failure(error)
    }
    return try StoreIndex(JSON.decode(Index.self, from: bytes, what: layout.index, limit: 64 << 20))
  }

  init(_ index: Index = Index()) {
    entries = index.manifests.map { descriptor in
      let text = descriptor.annotations?[Annotation.referenceName]
      return Entry(descriptor: descriptor, name: text.flatMap { try? Reference($0) })
    }
  }

  var document: Index { Index(manifests: entries.map(\.descriptor)) }

  /// Gives `name` to an image, taking it from whatever had it. An image that thereby loses its last name stays.
  mutating func set(_ descriptor: ContentDescriptor, name: Reference?) {
    var descriptor = descriptor
    var annotations = descriptor.annotations ?? [:]
    annotations[Annotation.referenceName] = name?.description
    annotations[Annotation.imageName] = name?.description
    annotations[Self.tagged] = name == nil ? nil : Timestamp.now().description
    descriptor.annotations = annotations.isEmpty ? nil : annotations
    if let name {
      // The same name for the same image again changes nothing, not even the time.
      if entries.contains(where: { $0.name == name && $0.descriptor.digest == descriptor.digest }) { return }
      removeName(name)
      entries.removeAll { $0.name == nil && $0.buildStep == nil && $0.descriptor.digest == descriptor.digest }
    } else if entries.contains(where: { $0.buildStep == nil && $0.descriptor.digest == descriptor.digest }) {
      return
    }
    entries.append(Entry(descriptor: descriptor, name: name))
  }

  /// Remembers that a registry said just now that this is what the name stands for.
  mutating func markPulled(_ name: Reference) {
    guard let index = entries.firstIndex(where: { $0.name == name }) else { return }
    entries[index].descriptor.annotations?[Self.pulled] = Timestamp.now().description
  }

  /// The image behind the name stays, without a name if that was its last.
  mutating func removeName(_ name: Reference) {
    guard let entry = entries.first(where: { $0.name == name }) else { return }
    entries.removeAll { $0.name == name }
    set(entry.descriptor, name: nil)
  }

  mutating func remove(_ digest: Digest) { entries.removeAll { $0.descriptor.digest == digest } }
}
