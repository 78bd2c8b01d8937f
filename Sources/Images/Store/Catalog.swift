import Diagnostics
import Linux
import OCI
import Synchronization

/// What images there are: the index of a store, with the documents that it leads to.
final class Catalog: Sendable {
  let layout: StoreLayout
  let documents: Documents
  private let known = Mutex<Known?>(nil)

  /// The index as it was when its file looked like this.
  private struct Known {
    var inode: UInt64
    var modified: Timestamp
    var size: Int64
    var index: StoreIndex
    var resolved: [Question: Image] = [:]
  }

  private struct Question: Hashable {
    var name: String
    var platform: Platform
    var orAny: Bool
  }

  init(_ layout: StoreLayout) {
    self.layout = layout
    documents = Documents(layout)
  }

  func index() throws -> StoreIndex { try current { $0.index } }

  /// Asks the index; reads it again only when its file was replaced.
  private func current<Value>(_ body: (inout Known) throws -> Value) throws -> Value {
    guard let status = try? FileStatus.of(layout.index) else {
      var nothing = Known(inode: 0, modified: Timestamp(nanoseconds: 0), size: 0, index: StoreIndex())
      return try body(&nothing)
    }
    return try known.withLock { known in
      if known?.inode != status.inode || known?.modified != status.modified || known?.size != status.size {
        known = Known(
          inode: status.inode, modified: status.modified, size: status.size, index: try StoreIndex.read(layout))
      }
      return try body(&known!)
    }
  }

  /// - Parameter orAny: one for another platform will do where there is none for this.
  func resolve(_ name: String, _ platform: Platform, orAny: Bool = false) throws -> Image {
    let question = Question(name: name, platform: platform, orAny: orAny)
    return try current { known in
      if let image = known.resolved[question] { return image }
      let image = try choose(try find(name, in: known.index), platform, orAny, in: known.index, name)
      known.resolved[question] = image
      return image
    }
  }

  /// What a person means: an entry, and one of its images where it was called by that image's own id.
  struct Meant {
    var entry: StoreIndex.Entry
    var exactly: Found?
  }

  /// By name first, then by the beginning of an image id or of a manifest digest, as in Docker.
  func find(_ name: String, in index: StoreIndex) throws -> Meant {
    let reference = try? Reference(name).tagged
    if let reference, let entry = index.entries.first(where: { Self.matches($0, reference) }) {
      return Meant(entry: entry)
    }
    guard let prefix = Self.idPrefix(name) else {
      throw notFound(try reference ?? Reference(name))
    }
    let meant = try index.entries.flatMap { entry -> [Meant] in
      if entry.descriptor.digest.hex.hasPrefix(prefix) { return [Meant(entry: entry)] }
      return try manifests(of: entry.descriptor)
        .filter { $0.manifest.config.digest.hex.hasPrefix(prefix) || $0.descriptor.digest.hex.hasPrefix(prefix) }
        .map { Meant(entry: entry, exactly: $0) }
    }
    let different = Set(meant.map { $0.exactly?.manifest.config.digest ?? $0.entry.descriptor.digest })
    guard different.count <= 1 else {
      throw Failure(
        .conflict, "\(different.count) images have ids that begin so", subject: "image \(name)",
        hint: "give more digits")
    }
    guard let best = meant.first(where: { $0.entry.name != nil }) ?? meant.first else {
      throw notFound(reference, name)
    }
    return best
  }

  private func notFound(_ reference: Reference?, _ text: String = "") -> Failure {
    Failure(
      .notFound, "no such image: \(reference?.familiar ?? text)",
      hint: "`davit image ls` lists those that are here; `davit image load` and `davit image import` bring others in")
  }

  private static func matches(_ entry: StoreIndex.Entry, _ reference: Reference) -> Bool {
    guard let name = entry.name, name.domain == reference.domain, name.path == reference.path else { return false }
    // With a digest the tag says nothing, as in Docker.
    if let digest = reference.digest { return entry.descriptor.digest == digest }
    return name.tag == reference.tag && name.digest == nil
  }

  private static func idPrefix(_ text: String) -> Substring? {
    let hex = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
    let digits = (UInt8(ascii: "0")...UInt8(ascii: "9")), letters = (UInt8(ascii: "a")...UInt8(ascii: "f"))
    guard (1...64).contains(hex.utf8.count), hex.utf8.allSatisfy({ digits.contains($0) || letters.contains($0) }) else {
      return nil
    }
    return hex
  }

  private func choose(_ meant: Meant, _ platform: Platform, _ orAny: Bool, in index: StoreIndex, _ name: String) throws
    -> Image
  {
    // By id, exactly that one is meant, whatever it runs on.
    if let exactly = meant.exactly { return try image(exactly, in: index) }
    let images = try manifests(of: meant.entry.descriptor).map { try image($0, in: index) }
    let suited = images.compactMap { image in
      platform.preference(of: image.configuration.platform).map { (image: image, rank: $0) }
    }
    if let best = suited.min(by: { $0.rank < $1.rank }) { return best.image }
    if orAny, let first = images.first { return first }
    let there = images.map(\.configuration.platform.description).joined(separator: ", ")
    throw Failure(
      .notFound, "there is no image for \(platform), only for \(there.isEmpty ? "none" : there)",
      subject: "image \(name)", hint: "`--platform` chooses another one")
  }

  /// A manifest that is here, with the descriptor that led to it.
  struct Found {
    var descriptor: ContentDescriptor
    var manifest: Manifest
  }

  /// The manifests of images behind a descriptor, as far as they are in the store: itself, or those of an index.
  func manifests(of descriptor: ContentDescriptor, depth: Int = 0) throws -> [Found] {
    guard descriptor.mediaType.isIndex else {
      return [Found(descriptor: descriptor, manifest: try documents.manifest(descriptor.digest))]
    }
    guard depth < 4 else { throw Failure(.corrupt, "indexes within indexes", subject: "index \(descriptor.digest)") }
    return try documents.index(descriptor.digest).manifests.flatMap { child -> [Found] in
      guard child.annotations?[Annotation.referenceType] == nil, documents.has(child.digest) else { return [] }
      return try manifests(of: child, depth: depth + 1)
    }
  }

  func image(_ found: Found, in index: StoreIndex) throws -> Image {
    let configuration = try documents.configuration(found.manifest.config.digest)
    guard configuration.rootfs.diffIDs.count == found.manifest.layers.count else {
      throw Failure(
        .corrupt,
        "\(found.manifest.layers.count) layers but \(configuration.rootfs.diffIDs.count) diff_ids",
        subject: "image \(found.manifest.config.digest)")
    }
    let names = try index.entries.compactMap { entry -> Reference? in
      guard let name = entry.name else { return nil }
      if entry.descriptor.digest == found.descriptor.digest { return name }
      guard entry.descriptor.mediaType.isIndex else { return nil }
      let children = try manifests(of: entry.descriptor)
      return children.contains { $0.descriptor.digest == found.descriptor.digest } ? name : nil
    }
    // What the store's index says about the name is not the image's.
    var descriptor = found.descriptor
    descriptor.annotations = nil
    return Image(
      id: found.manifest.config.digest, manifest: descriptor,
      names: names.sorted { $0.description < $1.description }, configuration: configuration,
      layers: found.manifest.layers)
  }

  /// The entries that lead to an image. There are several when it was packed in different ways.
  func entries(leadingTo id: Digest, in index: StoreIndex) throws -> [StoreIndex.Entry] {
    try index.entries.filter { try manifests(of: $0.descriptor).contains { $0.manifest.config.digest == id } }
  }

  /// A complete image with this id, as it was packed before.
  func packed(_ id: Digest) throws -> ContentDescriptor? {
    try entries(leadingTo: id, in: index()).lazy.map(\.descriptor).first { descriptor in
      guard descriptor.mediaType.isManifest else { return false }
      return try documents.manifest(descriptor.digest).layers.allSatisfy { documents.has($0.digest) }
    }
  }

  /// All images, each once for each of its names.
  func images() throws -> [(entry: StoreIndex.Entry, image: Image)] {
    let index = try index()
    return try index.entries.flatMap { entry in
      try manifests(of: entry.descriptor).map { (entry, try image($0, in: index)) }
    }
  }
}
