/// The configuration of one image (image-spec, config.md). Its digest is the image's id, so a configuration that was
/// read is never encoded again in place of its own bytes.
public struct ImageConfiguration: Codable, Hashable, Sendable {
  /// RFC 3339.
  public var created: String?
  public var author: String?
  public var architecture: String
  public var variant: String?
  public var os: String
  public var osVersion: String?
  public var osFeatures: [String]?
  public var config: ExecutionParameters?
  public var rootfs: RootFileSystem
  public var history: [HistoryEntry]?
  /// Docker.
  public var comment: String?
  public var dockerVersion: String?

  public struct RootFileSystem: Codable, Hashable, Sendable {
    public var type = "layers"
    /// Digests of the uncompressed layers, lowest first.
    public var diffIDs: [Digest]

    public init(diffIDs: [Digest] = []) { self.diffIDs = diffIDs }

    enum CodingKeys: String, CodingKey {
      case type
      case diffIDs = "diff_ids"
    }

    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      type = try container.decodeIfPresent(String.self, forKey: .type) ?? "layers"
      // Docker writes null for an image without layers.
      diffIDs = try container.decodeIfPresent([Digest].self, forKey: .diffIDs) ?? []
    }
  }

  public struct HistoryEntry: Codable, Hashable, Sendable {
    public var created: String?
    public var author: String?
    public var createdBy: String?
    public var comment: String?
    /// The step changed only the configuration.
    public var emptyLayer: Bool?

    public init(created: String? = nil, createdBy: String? = nil, comment: String? = nil, emptyLayer: Bool? = nil) {
      self.created = created
      self.createdBy = createdBy
      self.comment = comment
      self.emptyLayer = emptyLayer
    }

    enum CodingKeys: String, CodingKey {
      case created, author
      case createdBy = "created_by"
      case comment
      case emptyLayer = "empty_layer"
    }
  }

  public init(platform: Platform, config: ExecutionParameters? = nil, diffIDs: [Digest] = []) {
    architecture = platform.architecture
    variant = platform.variant
    os = platform.os
    osVersion = platform.osVersion
    self.config = config
    rootfs = RootFileSystem(diffIDs: diffIDs)
  }

  public var platform: Platform {
    Platform(os: os, architecture: architecture, variant: variant, osVersion: osVersion, osFeatures: osFeatures)
  }

  enum CodingKeys: String, CodingKey {
    case created, author, architecture, variant, os
    case osVersion = "os.version"
    case osFeatures = "os.features"
    case config, rootfs, history, comment
    case dockerVersion = "docker_version"
  }
}
