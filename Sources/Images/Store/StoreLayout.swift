import Linux
import OCI

/// Where everything of a store lies below its root.
struct StoreLayout: Sendable {
  let root: String
  /// Called in front of every step that changes the disk; what it throws is the step's failure. For tests.
  var failpoint: (@Sendable (StoreStep) throws -> Void)?

  var content: String { root + "/content" }
  var index: String { content + "/index.json" }
  var layers: String { root + "/layers" }
  /// Blobs and layers that are not complete yet, one folder for each command that makes some.
  var staging: String { root + "/staging" }
  /// A lock for each blob that is being downloaded.
  var downloads: String { root + "/downloads" }
  /// Held shared by whoever relies on content staying, exclusively by whoever removes some.
  var collectionLock: String { root + "/content.lock" }
  /// Held while the index is read, changed and written.
  var indexLock: String { root + "/index.lock" }

  func blobFolder(_ algorithm: Digest.Algorithm) -> String { content + "/blobs/" + algorithm.rawValue }
  func blob(_ digest: Digest) -> String { blobFolder(digest.algorithm) + "/" + digest.hex }
  func layer(_ key: LayerKey) -> String { layers + "/" + key.folder }

  /// Makes what a layout must have (image-spec, image-layout.md).
  func make() throws {
    try makeDirectories(blobFolder(.sha256), mode: 0o755)
    try makeDirectories(layers, mode: 0o700)
    try makeDirectories(staging, mode: 0o700)
    let marker = content + "/oci-layout"
    if !FileStatus.exists(marker) { try writeAtomically(JSON.encode(LayoutMarker()), to: marker) }
  }

  func step(_ step: StoreStep) throws { try failpoint?(step) }
}

/// The steps at which a store can be interrupted.
enum StoreStep: Hashable, Sendable {
  case writeBlob, unpackLayer, synchronizeBlob, publishBlob, publishLayer, writeIndex
}

/// Which unpacked layer: by its own content alone, or, where it leaves something to the layers below, by the whole chain
/// of them (image-spec, config.md, "Layer ChainID").
enum LayerKey: Hashable, Sendable {
  case alone(Digest)
  case chain(Digest)

  var folder: String {
    switch self {
    case .alone(let diffID): diffID.hex
    case .chain(let chainID): "chain-" + chainID.hex
    }
  }

  /// The chain ids of all layers, lowest first.
  static func chainIDs(_ diffIDs: [Digest]) -> [Digest] {
    var chain: [Digest] = []
    for diffID in diffIDs {
      chain.append(chain.last.map { Digest.sha256(of: "\($0) \(diffID)".utf8) } ?? diffID)
    }
    return chain
  }
}
