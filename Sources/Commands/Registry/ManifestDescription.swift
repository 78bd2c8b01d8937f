import FoundationEssentials
import OCI
import Presentation
import Registry

/// What `docker manifest inspect --verbose` says of manifests: for which platform each is, and all that is in it.
enum ManifestDescription {
  /// - Parameter repository: where the image behind an entry is.
  static func list(_ index: Index, named name: Reference, _ repository: (ContentDescriptor) throws -> Repository) throws
    -> JSONValue
  {
    .array(
      try index.manifests.map { entry in
        var (descriptor, document) = try repository(entry).describe("\(entry.digest)")
        // What the list says of the platform counts.
        descriptor.platform = entry.platform ?? descriptor.platform
        return try one(descriptor, document.bytes, named: "\(name)@\(entry.digest)")
      })
  }

  static func one(_ descriptor: ContentDescriptor, _ bytes: [UInt8], named name: String) throws -> JSONValue {
    var about: [JSONValue.Member] = [
      .init("mediaType", .string(descriptor.mediaType.rawValue)), .init("digest", .string("\(descriptor.digest)")),
      .init("size", .integer(descriptor.size)),
    ]
    if let platform = descriptor.platform { about.append(.init("platform", try JSONValue(encoding: platform))) }
    return .object([
      .init("Ref", .string(name)), .init("Descriptor", .object(about)),
      .init("Raw", .string(Data(bytes).base64EncodedString())),
      .init(
        descriptor.mediaType == .dockerManifest ? "SchemaV2Manifest" : "OCIManifest",
        try JSONValue(parsing: String(decoding: bytes, as: UTF8.self))),
    ])
  }
}
