/// One image for one platform (image-spec, manifest.md; Docker's schema 2 has the same shape).
public struct Manifest: Codable, Hashable, Sendable {
  public var schemaVersion = 2
  public var mediaType: MediaType?
  public var artifactType: String?
  public var config: ContentDescriptor
  /// Lowest first.
  public var layers: [ContentDescriptor]
  public var subject: ContentDescriptor?
  public var annotations: [String: String]?

  public init(mediaType: MediaType = .manifest, config: ContentDescriptor, layers: [ContentDescriptor]) {
    self.mediaType = mediaType
    self.config = config
    self.layers = layers
  }
}

/// Manifests for several platforms, or the contents of an image layout (image-spec, image-index.md).
public struct Index: Codable, Hashable, Sendable {
  public var schemaVersion = 2
  public var mediaType: MediaType?
  public var artifactType: String?
  public var manifests: [ContentDescriptor]
  public var subject: ContentDescriptor?
  public var annotations: [String: String]?

  public init(mediaType: MediaType = .index, manifests: [ContentDescriptor] = []) {
    self.mediaType = mediaType
    self.manifests = manifests
  }
}

/// The file `oci-layout` that marks a folder as an image layout (image-spec, image-layout.md).
public struct LayoutMarker: Codable, Hashable, Sendable {
  public var imageLayoutVersion = "1.0.0"
  public init() {}
}

/// One entry of `manifest.json` in an archive that `docker save` wrote.
public struct DockerArchiveEntry: Codable, Hashable, Sendable {
  /// The member that holds the image configuration.
  public var config: String
  public var repoTags: [String]?
  /// The members that hold the layers, lowest first.
  public var layers: [String]

  public init(config: String, repoTags: [String]?, layers: [String]) {
    self.config = config
    self.repoTags = repoTags
    self.layers = layers
  }

  enum CodingKeys: String, CodingKey {
    case config = "Config"
    case repoTags = "RepoTags"
    case layers = "Layers"
  }
}
