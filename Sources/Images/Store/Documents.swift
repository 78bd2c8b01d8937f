import Diagnostics
import Linux
import OCI
import Synchronization

/// The JSON blobs of a store. Each is read and checked against its digest once; it cannot change after that.
final class Documents: Sendable {
  private let layout: StoreLayout
  private let cache = Mutex<[Digest: any Sendable]>([:])

  init(_ layout: StoreLayout) { self.layout = layout }

  func index(_ digest: Digest) throws -> Index { try read(digest, "index", JSON.manifestLimit) }
  func manifest(_ digest: Digest) throws -> Manifest { try read(digest, "manifest", JSON.manifestLimit) }
  func configuration(_ digest: Digest) throws -> ImageConfiguration {
    try read(digest, "image configuration", JSON.configLimit)
  }

  func has(_ digest: Digest) -> Bool {
    cache.withLock { $0[digest] != nil } || FileStatus.exists(layout.blob(digest))
  }

  private func read<Document: Decodable & Sendable>(_ digest: Digest, _ what: String, _ limit: Int) throws -> Document {
    if let known = cache.withLock({ $0[digest] }) as? Document { return known }
    let bytes: [UInt8]
    do { bytes = try readFile(layout.blob(digest), limit: limit) } catch {
      throw Failure(error, subject: "\(what) \(digest)")
    }
    try Self.check(bytes, digest, "\(what) \(digest)")
    let document = try JSON.decode(Document.self, from: bytes, what: "\(what) \(digest)", limit: limit)
    cache.withLock { $0[digest] = document }
    return document
  }

  static func check(_ bytes: [UInt8], _ digest: Digest, _ what: String) throws(Failure) {
    var hasher = Hasher(digest.algorithm)
    bytes.withUnsafeBytes { hasher.update($0) }
    let actual = hasher.finish()
    guard actual == digest else { throw Failure(.corrupt, "its content is \(actual)", subject: what) }
  }
}
