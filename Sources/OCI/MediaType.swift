/// Media types of image-spec (media-types.md) and of Docker's schema 2, an open set.
public struct MediaType: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  public var rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public init(_ rawValue: String) { self.rawValue = rawValue }

  public static let index = MediaType("application/vnd.oci.image.index.v1+json")
  public static let manifest = MediaType("application/vnd.oci.image.manifest.v1+json")
  public static let config = MediaType("application/vnd.oci.image.config.v1+json")
  public static let layer = MediaType("application/vnd.oci.image.layer.v1.tar")
  public static let layerGzip = MediaType("application/vnd.oci.image.layer.v1.tar+gzip")
  public static let layerZstd = MediaType("application/vnd.oci.image.layer.v1.tar+zstd")

  public static let dockerManifestList = MediaType("application/vnd.docker.distribution.manifest.list.v2+json")
  public static let dockerManifest = MediaType("application/vnd.docker.distribution.manifest.v2+json")
  public static let dockerConfig = MediaType("application/vnd.docker.container.image.v1+json")
  public static let dockerLayer = MediaType("application/vnd.docker.image.rootfs.diff.tar")
  public static let dockerLayerGzip = MediaType("application/vnd.docker.image.rootfs.diff.tar.gzip")
  public static let dockerLayerZstd = MediaType("application/vnd.docker.image.rootfs.diff.tar.zstd")
  public static let dockerForeignLayer = MediaType("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")

  /// A list of manifests for several platforms.
  public var isIndex: Bool { self == .index || self == .dockerManifestList }
  public var isManifest: Bool { self == .manifest || self == .dockerManifest }
  public var isConfig: Bool { self == .config || self == .dockerConfig }
  /// A tar file that belongs to a root file system. The compression is found out from the bytes.
  public var isLayer: Bool { Self.layers.contains(self) }
  /// Content that its publisher does not want copied between registries (image-spec, layer.md, deprecated since 1.1).
  public var isForeignLayer: Bool { self == .dockerForeignLayer || Self.nonDistributable.contains(self) }

  public var description: String { rawValue }

  private static let layers: Set<MediaType> = [
    .layer, .layerGzip, .layerZstd, .dockerLayer, .dockerLayerGzip, .dockerLayerZstd,
  ]
  private static let nonDistributable: Set<MediaType> = [
    MediaType("application/vnd.oci.image.layer.nondistributable.v1.tar"),
    MediaType("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"),
    MediaType("application/vnd.oci.image.layer.nondistributable.v1.tar+zstd"),
  ]

  public init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}
