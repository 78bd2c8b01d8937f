import Diagnostics
import OCI

/// Where images are fetched from: one repository of a registry. Every method blocks and may be called from any thread.
public protocol RemoteImages: Sendable {
  /// A manifest or an index by its tag or digest.
  func manifest(_ reference: String) throws -> RemoteDocument
  /// A small blob as a whole, unchecked.
  func document(_ descriptor: ContentDescriptor, limit: Int) throws -> [UInt8]
  /// The bytes of a blob as they arrive, unchecked.
  func blob(_ descriptor: ContentDescriptor) throws -> any ByteSource
  /// Throws where the image may not come in: asked once it is known which it is, before any of it is fetched.
  /// - Parameter manifests: digests of its manifest, and of the index that led to it.
  func admit(_ manifests: [Digest]) throws
}

/// A manifest or an index as a registry gives it.
public struct RemoteDocument: Sendable {
  public var bytes: [UInt8]
  public var mediaType: MediaType
  /// What the registry says the digest is.
  public var digest: Digest?

  public init(bytes: [UInt8], mediaType: MediaType, digest: Digest?) {
    self.bytes = bytes
    self.mediaType = mediaType
    self.digest = digest
  }
}

public struct PullRequest: Sendable {
  /// With a tag or a digest.
  public var reference: Reference
  public var remote: any RemoteImages
  /// `nil`: this machine's.
  public var platform: Platform?
  /// Called for each layer, from several threads, one at a time.
  public var progress: (@Sendable (PullProgress) -> Void)?

  public init(_ reference: Reference, from remote: any RemoteImages, platform: Platform? = nil) {
    self.reference = reference
    self.remote = remote
    self.platform = platform
  }
}

/// Something that happened to a layer.
public struct PullProgress: Hashable, Sendable {
  public enum State: Hashable, Sendable {
    case waiting
    /// It is in the store already.
    case exists
    /// Another command fetches it; this one waits.
    case fetchedElsewhere
    /// It arrives, and is unpacked on the way. Bytes.
    case downloading(done: Int64, total: Int64)
    case complete
  }

  /// The blob.
  public var layer: Digest
  public var state: State
}

public struct PullResult: Hashable, Sendable {
  /// The digest of the configuration.
  public var id: Digest
  /// Of what the reference led to: a manifest or an index.
  public var digest: Digest
  /// The store had all of it under this name.
  public var wasUpToDate: Bool
  public var warnings: [Warning]
}
