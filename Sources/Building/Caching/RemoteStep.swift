import Diagnostics
import Images
import OCI

/// The result of a step that somebody else keeps: in an index of results, each annotated with its key, or in an image whose
/// manifest says which steps its layers are of (`inline`).
struct RemoteStep: Sendable {
  let remote: any RemoteImages
  let manifest: ContentDescriptor
  /// Of an image: so many of its layers; `nil`: all.
  let layers: Int?

  static let keys = "davit.build-steps"

  /// - Throws: where there is no cache, or nothing that is one.
  static func all(in remote: any RemoteImages) throws -> [Digest: RemoteStep] {
    let document = try remote.manifest("")
    let digest = document.digest ?? Digest.sha256(of: document.bytes)
    var steps: [Digest: RemoteStep] = [:]
    if document.mediaType.isIndex {
      for entry in try JSON.decode(Index.self, from: document.bytes, what: "build cache").manifests {
        guard let text = entry.annotations?["davit.build-step"], let key = try? Digest(text) else { continue }
        steps[key] = RemoteStep(remote: remote, manifest: entry, layers: nil)
      }
      return steps
    }
    let manifest = try JSON.decode(Manifest.self, from: document.bytes, what: "image")
    let descriptor = ContentDescriptor(
      mediaType: document.mediaType, digest: digest, size: Int64(document.bytes.count))
    for pair in (manifest.annotations?[keys] ?? "").split(separator: ",") {
      let fields = pair.split(separator: "=")
      guard fields.count == 2, let count = Int(fields[1]), let key = try? Digest(.sha256, hex: String(fields[0])) else {
        continue
      }
      steps[key] = RemoteStep(remote: remote, manifest: descriptor, layers: count)
    }
    return steps
  }

  func fetch(_ key: Digest, into images: ImageStore) throws -> Image {
    try images.fetchSnapshot(key, manifest, layers: layers, from: remote)
  }
}

/// Names one document of a repository that is asked for without naming it.
public struct TaggedImages: RemoteImages {
  private let remote: any RemoteImages
  private let tag: String

  public init(_ remote: any RemoteImages, tag: String) { (self.remote, self.tag) = (remote, tag) }

  public func manifest(_ reference: String) throws -> RemoteDocument {
    try remote.manifest(reference.isEmpty ? tag : reference)
  }
  public func document(_ descriptor: ContentDescriptor, limit: Int) throws -> [UInt8] {
    try remote.document(descriptor, limit: limit)
  }
  public func blob(_ descriptor: ContentDescriptor) throws -> any ByteSource { try remote.blob(descriptor) }
  public func admit(_ manifests: [Digest]) throws { try remote.admit(manifests) }
}
