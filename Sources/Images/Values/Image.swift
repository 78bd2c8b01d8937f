import OCI

/// One image for one platform, as the store holds it.
public struct Image: Hashable, Sendable {
  /// The digest of the configuration: what `docker images` shows as IMAGE ID.
  public var id: Digest
  /// The digest and size of the manifest.
  public var manifest: ContentDescriptor
  /// Every name that leads here, sorted; empty for an image that nothing names any more.
  public var names: [Reference]
  public var configuration: ImageConfiguration
  /// The blobs of the layers, lowest first, as many as `configuration.rootfs.diffIDs`.
  public var layers: [ContentDescriptor]

  /// How a container is run unless told otherwise.
  public var execution: ExecutionParameters { configuration.config ?? ExecutionParameters() }
}

/// A line of `images`.
public struct ImageSummary: Hashable, Sendable {
  public var id: Digest
  public var manifestDigest: Digest
  /// `nil`: nothing names it (`<none>`).
  public var name: Reference?
  /// RFC 3339, as the image says; `nil` where it says nothing.
  public var created: String?
  /// Bytes of the files of its unpacked layers.
  public var size: Int64
  public var platform: Platform
  public var labels: [String: String]
}

/// A container that stands on an image. The engine says which there are; the store keeps none of this.
public struct ImageUse: Hashable, Sendable {
  /// The container's id.
  public var container: String
  public var containerName: String
  /// The digest of the image's configuration, `sha256:…`.
  public var imageID: String
  public var running: Bool

  public init(container: String, containerName: String, imageID: String, running: Bool) {
    self.container = container
    self.containerName = containerName
    self.imageID = imageID
    self.running = running
  }
}

/// A line of `history`, newest first.
public struct ImageHistoryLine: Hashable, Sendable {
  /// The image's id on the newest line, `nil` (`<missing>`) elsewhere.
  public var id: Digest?
  /// RFC 3339.
  public var created: String?
  public var createdBy: String
  /// Bytes of the layer's files; 0 for a step that changed only the configuration.
  public var size: Int64
  public var comment: String
}
