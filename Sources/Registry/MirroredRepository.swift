import Diagnostics
import Images
import OCI
import Synchronization

/// A repository that can be had in several places: the first that has an image gives it, and when one fails the next goes
/// on. What comes is checked against digests, wherever it comes from.
final class MirroredRepository: RemoteImages {
  private let places: [Repository]
  /// Those before have failed.
  private let first = Mutex(0)

  init(_ places: [Repository]) { self.places = places }

  private func attempt<Value>(_ body: (Repository) throws -> Value) throws -> Value {
    var failures: [Failure] = []
    for index in first.withLock({ $0 })..<places.count {
      do {
        let value = try body(places[index])
        first.withLock { $0 = max($0, index) }
        return value
      } catch {
        let failure = Failure(error)
        if failure.code == .interrupted { throw failure }
        failures.append(failure)
      }
    }
    // The last one is the registry itself; mirrors may lack what they like.
    guard var last = failures.last else { throw Failure(.notFound, "no place is left to ask") }
    for failure in failures.dropLast() { last.causes.append("mirror: \(failure.description)") }
    throw last
  }

  /// The names of all tags, as the first place that answers has them.
  func tags() throws -> [String] { try attempt { try $0.tags() } }

  func manifest(_ reference: String) throws -> RemoteDocument { try attempt { try $0.manifest(reference) } }
  func admit(_ manifests: [Digest]) throws { try attempt { try $0.admit(manifests) } }
  func document(_ descriptor: ContentDescriptor, limit: Int) throws -> [UInt8] {
    try attempt { try $0.document(descriptor, limit: limit) }
  }

  func blob(_ descriptor: ContentDescriptor) throws -> any ByteSource {
    // Opened here, so that one that lacks the blob is found out in time.
    try attempt { place in
      let source = RemoteBlobSource(place, descriptor)
      try source.begin()
      return source
    }
  }
}
