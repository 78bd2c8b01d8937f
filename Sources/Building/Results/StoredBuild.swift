import Images
import OCI

/// What a build left in the store.
public struct StoredBuild: Sendable {
  /// One for each platform.
  public var images: [Image]
  /// What the names lead to: the image, or an index of several or of one with what is said of it.
  public var root: ContentDescriptor

  /// Puts the results of one build, each for another platform, under all the names at once.
  /// - Parameter tellsSteps: the manifests say which steps their layers are of, so that they serve as a cache.
  public init(_ results: [BuildResult], _ names: [Reference], tellsSteps: Bool = false) throws {
    if results.count == 1, results[0].request.attestations.isEmpty {
      images = [try results[0].store(names, tellsSteps: tellsSteps)]
      root = images[0].manifest
      return
    }
    let parts = results.map { result in
      var part = IndexedImage(result.configuration, layers: result.root?.layers ?? [])
      part.annotations = result.annotations(tellsSteps)
      part.attestations = { try result.attestations(of: result.subject(names, $0), $0) }
      return part
    }
    (root, images) = try results[0].engine.images.finishIndex(parts, names: names)
  }
}
