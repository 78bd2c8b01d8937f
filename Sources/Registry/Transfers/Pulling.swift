import Diagnostics
import HTTP
import Images
import OCI

extension Repository: RemoteImages {
  /// - Parameter reference: a tag or a digest.
  public func manifest(_ reference: String) throws -> RemoteDocument {
    let what = "manifest for \(name.familiarName)\(reference.contains(":") ? "@" : ":")\(reference)"
    let response = try session.send(.get, try address("manifests/\(reference)"), pulling) { request in
      for type in Self.manifestTypes { request.headers.append(("Accept", type.rawValue)) }
    }
    try demand(response, [200], what)
    // Parameters (`; charset=utf-8`) say nothing about the kind.
    let type = response.header("content-type")?.prefix { $0 != ";" && $0 != " " } ?? ""
    let promised = try response.header("docker-content-digest").map { try Digest($0) }
    return RemoteDocument(
      bytes: try response.body(limit: JSON.manifestLimit), mediaType: MediaType(String(type)), digest: promised)
  }

  public func document(_ descriptor: ContentDescriptor, limit: Int) throws -> [UInt8] {
    let response = try session.send(.get, try address("blobs/\(descriptor.digest)"), pulling)
    try demand(response, [200], "blob \(descriptor.digest) of \(name.familiarName)")
    return try response.body(limit: limit)
  }

  public func blob(_ descriptor: ContentDescriptor) throws -> any ByteSource {
    RemoteBlobSource(self, descriptor)
  }
}

/// The bytes of a blob as they arrive. When the connection breaks, they go on where they stopped.
final class RemoteBlobSource: ByteSource {
  private let repository: Repository
  private let descriptor: ContentDescriptor
  private var response: Response?
  private var offset: Int64 = 0
  private var attempt = 0

  init(_ repository: Repository, _ descriptor: ContentDescriptor) {
    self.repository = repository
    self.descriptor = descriptor
  }

  /// Asks for the bytes now rather than when the first are wanted.
  func begin() throws { response = try open() }

  func next() throws -> UnsafeRawBufferPointer {
    while true {
      do {
        if response == nil { response = try open() }
        let piece = try response!.next()
        if piece.isEmpty, offset < descriptor.size, attempt < Retrying.attempts {
          throw Failure(.connectionBroken, "the blob ends too early", subject: "\(descriptor.digest)")
        }
        offset += Int64(piece.count)
        // What arrives again shows that it was worth it.
        if !piece.isEmpty { attempt = 0 }
        return piece
      } catch let failure as Failure where failure.code == .connectionBroken && attempt < Retrying.attempts {
        response = nil
        attempt += 1
        try Retrying.pause(repository.session.client, attempt, retryAfter: nil)
      }
    }
  }

  private func open() throws -> Response {
    let address = try repository.address("blobs/\(descriptor.digest)")
    let from = offset
    let response = try repository.session.send(.get, address, repository.pulling) { request in
      if from > 0 { request.headers.append(("Range", "bytes=\(from)-")) }
    }
    let what = "blob \(descriptor.digest) of \(repository.name.familiarName)"
    try repository.demand(response, [200, 206], what)
    if from > 0, response.status == 206 {
      // RFC 9110, 14.4
      guard response.header("content-range")?.hasPrefix("bytes \(from)-") == true else {
        throw Failure(.corrupt, "another part came than was asked for", subject: what)
      }
    } else if from > 0 {
      // A server without ranges starts again.
      try response.skip(from)
    }
    return response
  }
}
