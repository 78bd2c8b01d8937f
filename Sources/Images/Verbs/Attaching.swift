import Diagnostics
import Linux
import OCI

/// Something that travels in an archive beside its images: an artifact with one layer.
public struct AttachedArtifact: Sendable {
  public var type: String
  public var layerType: MediaType
  public var layer: [UInt8]
  public var annotations: [String: String]

  public init(type: String, layerType: MediaType, layer: [UInt8], annotations: [String: String] = [:]) {
    self.type = type
    self.layerType = layerType
    self.layer = layer
    self.annotations = annotations
  }

  /// image-spec, manifest.md, "Guidance for an Empty Descriptor".
  private static let emptyType = MediaType("application/vnd.oci.empty.v1+json")

  /// Its entry in the archive's index, and all of its content.
  func packed() -> (entry: ContentDescriptor, blobs: [Digest: [UInt8]]) {
    let empty = Array("{}".utf8)
    let layerDigest = Digest.sha256(of: layer)
    var manifest = Manifest(
      config: ContentDescriptor(mediaType: Self.emptyType, digest: .sha256(of: empty), size: 2),
      layers: [ContentDescriptor(mediaType: layerType, digest: layerDigest, size: Int64(layer.count))])
    manifest.artifactType = type
    manifest.annotations = annotations.isEmpty ? nil : annotations
    let bytes = JSON.encode(manifest)
    var entry = ContentDescriptor(mediaType: .manifest, digest: .sha256(of: bytes), size: Int64(bytes.count))
    entry.artifactType = type
    entry.annotations = manifest.annotations
    return (entry, [entry.digest: bytes, layerDigest: layer, manifest.config.digest: empty])
  }
}

extension ImageStore {
  /// The artifact of a type in an archive; `nil`: there is none. Its layer is verified.
  public func artifact(_ type: String, in source: ArchiveSource, limit: Int) throws -> AttachedArtifact? {
    try asFailure {
      let staging = try Staging(layout)
      defer { staging.discard() }
      return try source.blamed {
        let contents = try source.open(staging).contents
        guard let member = try contents.member("index.json") else { return nil }
        let index = try JSON.decode(Index.self, from: member.bytes(limit: 64 << 20, "index.json"), what: "index.json")
        guard let entry = index.manifests.first(where: { $0.artifactType == type }) else { return nil }
        func content(_ descriptor: ContentDescriptor, _ limit: Int) throws -> [UInt8] {
          let bytes = try contents.document(ArchiveLoad.blobPath(descriptor.digest), limit: limit)
          guard Digest.sha256(of: bytes) == descriptor.digest else {
            throw Failure(.corrupt, "the content does not have this digest", subject: "\(descriptor.digest)")
          }
          return bytes
        }
        let manifest = try JSON.decode(
          Manifest.self, from: content(entry, JSON.manifestLimit), what: "manifest \(entry.digest)")
        guard manifest.layers.count == 1 else { throw Failure(.corrupt, "it does not have one layer", subject: type) }
        return AttachedArtifact(
          type: type, layerType: manifest.layers[0].mediaType, layer: try content(manifest.layers[0], limit),
          annotations: manifest.annotations ?? [:])
      }
    }
  }
}
