import Diagnostics
import FoundationEssentials
import Images
import Linux
import OCI

/// An index that is being put together on this machine, in a file of its own until it is pushed.
struct ManifestList {
  /// Where each image is; davit's own note, which is not pushed.
  static let source = "davit.source"

  let name: Reference
  var index: Index
  private let path: String

  private static func path(_ name: Reference, _ root: String) -> String {
    "\(root)/manifests/\(Digest.sha256(of: Array(name.description.utf8)).hex).json"
  }

  /// A new one, without images.
  init(new name: Reference, root: String) {
    (self.name, path, index) = (name, Self.path(name, root), Index())
  }

  /// `nil`: there is none of that name.
  init?(named name: Reference, root: String) throws {
    let path = Self.path(name, root)
    guard FileStatus.exists(path) else { return nil }
    let bytes = try readFile(path, limit: JSON.manifestLimit)
    (self.name, self.path) = (name, path)
    index = try JSON.decode(Index.self, from: bytes, what: "manifest list \(name.familiar)")
  }

  static func existing(_ name: Reference, root: String) throws -> ManifestList {
    if let list = try ManifestList(named: name, root: root) { return list }
    throw Failure(
      .notFound, "no such manifest: \(name.familiar)", hint: "`davit manifest create \(name.familiar) IMAGE…` makes it")
  }

  mutating func set(_ descriptor: ContentDescriptor, from source: Reference) {
    var descriptor = descriptor
    descriptor.annotations = [Self.source: source.description]
    index.manifests.removeAll { $0.annotations?[Self.source] == source.description }
    index.manifests.append(descriptor)
  }

  func write() throws {
    try makeDirectories(splitPath(path).folder, mode: 0o700)
    try writeAtomically(JSON.encode(index), to: path, durable: true)
  }

  func remove() throws {
    let (folder, file) = splitPath(path)
    try Descriptor.open(folder, .anchor).unlink(file)
  }

  /// What is pushed.
  var published: Index {
    var published = index
    for place in published.manifests.indices { published.manifests[place].annotations = nil }
    // Docker's images in Docker's list: some registries want them so.
    if !published.manifests.isEmpty, published.manifests.allSatisfy({ $0.mediaType == .dockerManifest }) {
      published.mediaType = .dockerManifestList
    }
    return published
  }
}
