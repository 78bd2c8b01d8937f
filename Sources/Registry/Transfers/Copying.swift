import Diagnostics
import HTTP
import Images
import OCI

// Manifests without the images behind them: `manifest create` and its like.
extension Repository {
  /// What an index says of the image behind a tag or digest: its manifest, and for which platform it is.
  public func describe(_ reference: String) throws -> (descriptor: ContentDescriptor, document: RemoteDocument) {
    let document = try manifest(reference)
    var descriptor = ContentDescriptor(
      mediaType: document.mediaType, digest: .sha256(of: document.bytes), size: Int64(document.bytes.count))
    let what = "manifest of \(name.familiarName)"
    if reference.contains(":"), descriptor.digest.description != reference {
      throw Failure(.corrupt, "its content is \(descriptor.digest)", subject: "\(what)@\(reference)")
    }
    guard document.mediaType.isManifest else { return (descriptor, document) }
    let config = try JSON.decode(Manifest.self, from: document.bytes, what: what).config
    let bytes = try self.document(config, limit: JSON.configLimit)
    guard Digest.sha256(of: bytes) == config.digest else {
      throw Failure(.corrupt, "its content is another", subject: "image configuration \(config.digest)")
    }
    descriptor.platform = try JSON.decode(
      ImageConfiguration.self, from: bytes, what: what, limit: JSON.configLimit
    ).platform
    return (descriptor, document)
  }

  /// Puts an image of another repository of this registry here, without its bytes going through this machine.
  public func take(_ digest: Digest, from other: Repository) throws {
    guard other.session.base.origin == session.base.origin else {
      throw Failure(
        .unsupported, "the image is in another registry (\(other.name.domain))", subject: "\(other.name)@\(digest)",
        hint: "push it to \(name.domain) first")
    }
    let document = try other.describe("\(digest)").document
    if other.path != path {
      let manifest = try JSON.decode(Manifest.self, from: document.bytes, what: "manifest \(digest)")
      for blob in [manifest.config] + manifest.layers where try !has(blob.digest) {
        guard try mount(blob.digest, from: other.path) else {
          throw Failure(
            .system, "the registry does not take blobs from \(other.name.familiarName)", subject: "blob \(blob.digest)",
            hint: "push the image to \(name.familiarName) first")
        }
      }
    }
    try put(document.bytes, document.mediaType, as: "\(digest)")
  }
}
