import Diagnostics
import HTTP
import Images
import Linux
import OCI
import Synchronization

/// Something that happened to a blob on its way to a registry.
public struct PushProgress: Hashable, Sendable {
  public enum State: Hashable, Sendable {
    case preparing
    case exists
    /// The registry took it from another of its repositories.
    case mounted(from: String)
    /// Bytes.
    case uploading(done: Int64, total: Int64)
    case pushed
  }

  public var blob: Digest
  public var state: State
}

extension Repository {
  /// As many as docker push sends.
  private static let parallelBlobs = 5

  /// Sends an image: blobs that the registry lacks side by side, then its manifests, and at last the one that the tag
  /// leads to. Until then nobody sees anything.
  /// - Parameter progress: told of layers, from one thread at a time.
  public func push(_ contents: PushContents, as tag: String, progress: @escaping @Sendable (PushProgress) -> Void)
    throws
  {
    let turn = Mutex(())
    let tell: @Sendable (Digest, PushProgress.State) -> Void = { blob, state in
      turn.withLock { _ in progress(PushProgress(blob: blob, state: state)) }
    }
    for blob in contents.blobs where !blob.mediaType.isConfig { tell(blob.digest, .preparing) }
    let results = WorkerPool.map(contents.blobs, limit: Self.parallelBlobs) { [self] blob in
      try push(blob, of: contents) { if !blob.mediaType.isConfig { tell(blob.digest, $0) } }
    }
    for result in results { try result.get() }
    for document in contents.documents {
      let isRoot = document.descriptor.digest == contents.root.digest
      try put(document.bytes, document.descriptor.mediaType, as: isRoot ? tag : document.descriptor.digest.description)
    }
  }

  private func push(
    _ blob: ContentDescriptor, of contents: PushContents, _ tell: @escaping @Sendable (PushProgress.State) -> Void
  ) throws {
    if try has(blob.digest) { return tell(.exists) }
    for source in contents.repositories(with: blob.digest) where try mount(blob.digest, from: source) {
      return tell(.mounted(from: source))
    }
    let file = try contents.open(blob.digest)
    guard try file.status().size == blob.size else {
      throw Failure(.corrupt, "the store's copy does not have its \(blob.size) bytes", subject: "blob \(blob.digest)")
    }
    try upload(blob, file) { tell(.uploading(done: $0, total: blob.size)) }
    tell(.pushed)
  }

  /// Sends a small blob that lies in memory, unless it is there.
  public func put(blob bytes: [UInt8], _ descriptor: ContentDescriptor) throws {
    if try has(descriptor.digest) { return }
    try upload(descriptor, .memoryFile("blob", bytes)) { _ in }
  }

  /// Whether the registry has the blob here already.
  func has(_ digest: Digest) throws -> Bool {
    let response = try session.send(.head, address("blobs/\(digest)"), pushing)
    if response.status == 404 { return false }
    try demand(response, [200], "blob \(digest) of \(name.familiarName)")
    return true
  }

  /// Asks the registry to take a blob from another repository. `false`: it did not.
  func mount(_ digest: Digest, from source: String) throws -> Bool {
    var scope = pushing
    scope.source = source
    let path = "blobs/uploads/?mount=\(Address.escape("\(digest)"))&from=\(Address.escape(source))"
    let response: Response
    do { response = try session.send(.post, address(path), scope) } catch let failure as Failure
      where failure.code == .notPermitted
    {
      // No rights there: the blob is sent.
      return false
    }
    if response.status == 202, let location = response.header("location") {
      // An upload was begun instead; it is not used.
      try session.send(.delete, response.address.resolving(location), pushing, retries: false).close()
    }
    return response.status == 201
  }

  /// Puts a manifest or an index under a tag or its digest.
  public func put(_ bytes: [UInt8], _ mediaType: MediaType, as reference: String) throws {
    let what = "manifest \(name.familiarName):\(reference)"
    let response = try session.send(.put, address("manifests/\(reference)"), pushing) { request in
      request.headers.append(("Content-Type", mediaType.rawValue))
      request.body = .bytes(bytes)
    }
    try demand(response, [200, 201, 202], what)
    let digest = Digest.sha256(of: bytes)
    if let stored = response.header("docker-content-digest"), stored.hasPrefix("sha256:"), stored != "\(digest)" {
      throw Failure(.corrupt, "the registry stored it as \(stored), but it is \(digest)", subject: what)
    }
  }
}
