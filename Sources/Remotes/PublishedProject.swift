import Diagnostics
import Images
import OCI
import Registry

/// A compose project on its way to a registry.
public struct PublishedProject: Sendable {
  /// Which form the manifest has: 1.1 says what it is by `artifactType`, 1.0 by the type of its configuration.
  public enum Version: String, Sendable, CaseIterable {
    case first = "1.0"
    case second = "1.1"
  }

  private var layers: [(descriptor: ContentDescriptor, bytes: [UInt8])] = []

  private let version: String

  /// - Parameter version: of the program that publishes it.
  public init(version: String) { self.version = version }

  /// A compose file; files are merged in the order in which they are added.
  /// - Parameter extended: it is only what others extend.
  public mutating func add(file bytes: [UInt8], named name: String, extended: Bool = false) {
    var annotations = [ComposeArtifact.AnnotationKey.file: name]
    if extended { annotations[ComposeArtifact.AnnotationKey.extends] = "true" }
    add(bytes, ComposeArtifact.fileType, annotations)
  }

  public mutating func add(environmentFile bytes: [UInt8], named name: String) {
    add(bytes, ComposeArtifact.environmentFileType, [ComposeArtifact.AnnotationKey.environmentFile: name])
  }

  private mutating func add(_ bytes: [UInt8], _ type: MediaType, _ annotations: [String: String]) {
    var annotations = annotations
    annotations[ComposeArtifact.AnnotationKey.version] = version
    layers.append(
      (
        ContentDescriptor(
          mediaType: type, digest: .sha256(of: bytes), size: Int64(bytes.count), annotations: annotations), bytes
      ))
  }

  /// Sends everything and then gives it the tag.
  /// - Parameter version: nil: 1.1, and 1.0 where the registry refuses that.
  /// - Parameter created: RFC 3339.
  /// - Returns: the manifest.
  public func push(to repository: Repository, tag: String, version: Version?, created: String) throws
    -> ContentDescriptor
  {
    for layer in layers { try repository.put(blob: layer.bytes, layer.descriptor) }
    do {
      return try put(version ?? .second, in: repository, tag, created)
    } catch let failure as Failure where version == nil && failure.code == .system {
      return try put(.first, in: repository, tag, created)
    }
  }

  private func put(_ version: Version, in repository: Repository, _ tag: String, _ created: String) throws
    -> ContentDescriptor
  {
    let empty = Array("{}".utf8)
    let config = ContentDescriptor(
      mediaType: version == .first ? ComposeArtifact.emptyConfigType : ComposeArtifact.emptyType,
      digest: .sha256(of: empty), size: 2)
    try repository.put(blob: empty, config)
    var manifest = Manifest(config: config, layers: layers.map(\.descriptor))
    if version == .second { manifest.artifactType = ComposeArtifact.projectType.rawValue }
    manifest.annotations = ["org.opencontainers.image.created": created]
    let bytes = JSON.encode(manifest)
    try repository.put(bytes, .manifest, as: tag)
    var descriptor = ContentDescriptor(mediaType: .manifest, digest: .sha256(of: bytes), size: Int64(bytes.count))
    descriptor.artifactType = manifest.artifactType
    return descriptor
  }

  /// Lists images that are in the repository as those of a published project: they are kept and copied along with it.
  public func push(images: [ContentDescriptor], of project: ContentDescriptor, to repository: Repository) throws {
    var index = Index(manifests: images)
    index.artifactType = ComposeArtifact.projectType.rawValue
    index.subject = project
    index.annotations = [ComposeArtifact.AnnotationKey.version: version]
    let bytes = JSON.encode(index)
    try repository.put(bytes, .index, as: "\(Digest.sha256(of: bytes))")
  }
}
