import Diagnostics
import OCI

/// A layer on top of the same layers wherever it appears: images that share it share everything below.
public struct LayerNode: Hashable, Sendable {
  public var diffID: Digest
  public var chainID: Digest
  /// Bytes of its unpacked files; 0 where it is not unpacked.
  public var size: Int64
  /// What made it, as the image's history says.
  public var createdBy: String
  /// The images whose topmost layer this is, by their names or, where they have none, their ids.
  public var images: [String] = []
  /// How many images stand on it, these included.
  public var users = 0
  public var children: [LayerNode] = []
}

extension ImageStore {
  /// How the layers of all images stand on one another, lowest first.
  /// - Parameter names: only trees that these images are in; empty: all.
  public func layerForest(of names: [String] = []) throws -> [LayerNode] {
    try asFailure {
      let wanted = try Set(names.map { try resolve($0, orAny: true).id })
      var images: [Digest: Image] = [:]
      var lowest: Set<Digest> = []
      for (entry, image) in try catalog.images() where entry.buildStep == nil {
        images[image.id] = image
        if wanted.contains(image.id), let first = image.configuration.rootfs.diffIDs.first { lowest.insert(first) }
      }
      var roots: [LayerNode] = []
      for image in images.values.sorted(by: { Self.shown($0) < Self.shown($1) }) {
        let diffIDs = image.configuration.rootfs.diffIDs
        guard let first = diffIDs.first, wanted.isEmpty || lowest.contains(first) else { continue }
        let steps = (image.configuration.history ?? []).filter { $0.emptyLayer != true }.map { $0.createdBy ?? "" }
        let chain = zip(zip(diffIDs, LayerKey.chainIDs(diffIDs)), layerSizes(of: image)).enumerated().map {
          place, layer in
          LayerNode(
            diffID: layer.0.0, chainID: layer.0.1, size: layer.1,
            createdBy: steps.indices.contains(place) ? steps[place] : "")
        }
        Self.put(chain[...], Self.shown(image), into: &roots)
      }
      return roots
    }
  }

  private static func shown(_ image: Image) -> String {
    image.names.isEmpty ? image.id.short : image.names.map(\.familiar).joined(separator: ", ")
  }

  private static func put(_ chain: ArraySlice<LayerNode>, _ image: String, into nodes: inout [LayerNode]) {
    guard let layer = chain.first else { return }
    let place: Int
    if let known = nodes.firstIndex(where: { $0.chainID == layer.chainID }) {
      place = known
    } else {
      place = nodes.count
      nodes.append(layer)
    }
    nodes[place].users += 1
    if chain.count == 1 { nodes[place].images.append(image) }
    put(chain.dropFirst(), image, into: &nodes[place].children)
  }
}
