/// What a piece of content is, where it is found by, and how long it is (image-spec, descriptor.md).
public struct ContentDescriptor: Codable, Hashable, Sendable {
  public var mediaType: MediaType
  public var digest: Digest
  /// Bytes.
  public var size: Int64
  public var urls: [String]?
  public var annotations: [String: String]?
  /// The content itself, base64, where the publisher embedded it.
  public var data: String?
  public var platform: Platform?
  public var artifactType: String?

  public init(
    mediaType: MediaType, digest: Digest, size: Int64, annotations: [String: String]? = nil, platform: Platform? = nil
  ) {
    self.mediaType = mediaType
    self.digest = digest
    self.size = size
    self.annotations = annotations
    self.platform = platform
  }
}

/// Annotation keys that Davit reads or writes.
public enum Annotation {
  /// image-spec, annotations.md: the name of a manifest in an image layout.
  public static let referenceName = "org.opencontainers.image.ref.name"
  /// containerd and Docker: the whole reference, where `referenceName` may be only the tag.
  public static let imageName = "io.containerd.image.name"
  /// BuildKit: `attestation-manifest` marks a manifest that is no image.
  public static let referenceType = "vnd.docker.reference.type"
  /// BuildKit: the manifest that an attestation is about.
  public static let referenceDigest = "vnd.docker.reference.digest"
}
