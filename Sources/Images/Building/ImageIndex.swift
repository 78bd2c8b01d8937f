import Diagnostics
import Linux
import OCI

/// What is said of an image, kept beside it in its index where BuildKit and registries look for it
/// (BuildKit, docs/attestations/attestation-storage.md).
public struct Attestation: Sendable {
  public var predicateType: String
  /// An in-toto statement, as JSON.
  public var statement: [UInt8]

  public init(predicateType: String, statement: [UInt8]) {
    self.predicateType = predicateType
    self.statement = statement
  }
}

/// One image of an index that is being made.
public struct IndexedImage: Sendable {
  public var configuration: ImageConfiguration
  public var layers: [ContentDescriptor]
  /// Of the image's manifest.
  public var annotations: [String: String] = [:]
  /// Asked once the digest of the manifest is known.
  public var attestations: @Sendable (_ manifest: Digest) throws -> [Attestation] = { _ in [] }

  public init(_ configuration: ImageConfiguration, layers: [ContentDescriptor]) {
    self.configuration = configuration
    self.layers = layers
  }
}

extension ImageStore {
  /// The end of a build for several platforms, or of one that is attested: an index under all the names at once.
  public func finishIndex(_ parts: [IndexedImage], names: [Reference]) throws -> (index: ContentDescriptor, [Image]) {
    try asFailure {
      let staging = try Staging(layout)
      defer { staging.discard() }
      let images = try parts.map { try put($0.configuration, $0.layers, staging, $0.annotations) }
      var attested: [ContentDescriptor] = []
      for (part, image) in zip(parts, images) {
        let attestations = try part.attestations(image.digest)
        if !attestations.isEmpty { attested.append(try put(attestations, about: image.digest, staging)) }
      }
      let bytes = JSON.encode(Index(manifests: images + attested))
      let index = ContentDescriptor(mediaType: .index, digest: try staging.put(bytes), size: Int64(bytes.count))
      try staging.commit { store in
        if names.isEmpty { store.set(index, name: nil) }
        for name in names { store.set(index, name: name) }
      }
      return (index, try images.map { try image($0) })
    }
  }

  /// A manifest that looks like an image's, so that registries take it, for a platform that no machine is.
  private func put(_ attestations: [Attestation], about image: Digest, _ staging: Staging) throws -> ContentDescriptor {
    let layers = try attestations.map { attestation in
      ContentDescriptor(
        mediaType: MediaType("application/vnd.in-toto+json"), digest: try staging.put(attestation.statement),
        size: Int64(attestation.statement.count),
        annotations: ["in-toto.io/predicate-type": attestation.predicateType])
    }
    var configuration = ImageConfiguration(
      platform: Platform(os: "unknown", architecture: "unknown"), diffIDs: layers.map(\.digest))
    configuration.config = ExecutionParameters()
    var descriptor = try put(configuration, layers, staging)
    descriptor.annotations = [
      Annotation.referenceType: "attestation-manifest", Annotation.referenceDigest: image.description,
    ]
    return descriptor
  }
}
