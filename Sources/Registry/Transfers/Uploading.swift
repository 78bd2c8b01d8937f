import Diagnostics
import HTTP
import Linux
import OCI

// Bringing one blob into a repository (distribution spec, "Pushing blobs").
extension Repository {
  /// Bytes of one piece where a blob is not taken as a whole.
  private static let chunk: Int64 = 16 << 20

  /// Sends the blob in one request; where that is too much for the registry or the connection breaks, in pieces, from the
  /// byte on that the registry has.
  func upload(_ blob: ContentDescriptor, _ file: Descriptor, _ progress: @escaping @Sendable (Int64) -> Void) throws {
    let what = "blob \(blob.digest) of \(name.familiarName)"
    let location = try begin(what)
    var again: Address
    do {
      let response = try session.send(.put, location.adding("digest", "\(blob.digest)"), pushing, retries: false) {
        $0.headers.append(("Content-Type", "application/octet-stream"))
        $0.body = .file(file, offset: 0, count: blob.size)
        $0.progress = progress
      }
      if response.status == 201 { return }
      guard response.status == 413 || Retrying.isTransient(response.status) else {
        return try demand(response, [201], what)
      }
      if response.status != 413 {
        try Retrying.pause(session.client, 1, retryAfter: response.header("retry-after"))
      }
      again = try begin(what)
    } catch let failure as Failure where failure.code == .connectionBroken {
      try Retrying.pause(session.client, 1, retryAfter: nil)
      again = try begin(what)
    }
    try uploadInPieces(blob, file, &again, what, progress)
  }

  private func begin(_ what: String) throws -> Address {
    let response = try session.send(.post, address("blobs/uploads/"), pushing) { $0.body = .bytes([]) }
    try demand(response, [202], what)
    return try next(response, what)
  }

  private func next(_ response: Response, _ what: String) throws -> Address {
    guard let location = response.header("location") else {
      throw Failure(.corrupt, "the registry does not say where to send it", subject: what)
    }
    return try response.address.resolving(location)
  }

  private func uploadInPieces(
    _ blob: ContentDescriptor, _ file: Descriptor, _ location: inout Address, _ what: String,
    _ progress: @escaping @Sendable (Int64) -> Void
  ) throws {
    var offset: Int64 = 0
    var attempt = 0
    while offset < blob.size {
      let count = min(Self.chunk, blob.size - offset)
      let start = offset
      do {
        let response = try session.send(.patch, location, pushing, retries: false) {
          $0.headers.append(("Content-Type", "application/octet-stream"))
          $0.headers.append(("Content-Range", "\(start)-\(start + count - 1)"))
          $0.body = .file(file, offset: start, count: count)
          $0.progress = { progress(start + $0) }
        }
        if response.status == 202 {
          location = try next(response, what)
          (offset, attempt) = (offset + count, 0)
          continue
        }
        guard response.status == 416 || Retrying.isTransient(response.status), attempt < Retrying.attempts else {
          return try demand(response, [202], what)
        }
      } catch let failure as Failure where failure.code == .connectionBroken && attempt < Retrying.attempts {}
      attempt += 1
      try Retrying.pause(session.client, attempt, retryAfter: nil)
      offset = try arrived(&location, what)
    }
    let response = try session.send(.put, location.adding("digest", "\(blob.digest)"), pushing) { $0.body = .bytes([]) }
    try demand(response, [201], what)
  }

  /// How much of an upload the registry has.
  private func arrived(_ location: inout Address, _ what: String) throws -> Int64 {
    let response = try session.send(.get, location, pushing)
    try demand(response, [204], what)
    if response.header("location") != nil { location = try next(response, what) }
    // `0-1023`, with or without `bytes=`; nothing yet is `0-0` for some.
    guard let range = response.header("range"), let end = range.split(separator: "-").last.flatMap({ Int64($0) }),
      end > 0
    else { return 0 }
    return end + 1
  }
}
