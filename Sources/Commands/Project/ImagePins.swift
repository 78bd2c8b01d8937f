import Arguments
import Compose
import Diagnostics
import Linux
import OCI
import Registry

extension Invocation {
  /// Asks the registries which digests images have now: `nginx` becomes `docker.io/library/nginx:latest@sha256:…`.
  func pin(_ images: [String]) -> [String: Result<String, Failure>] {
    let registries = registries(nil)
    let answers = WorkerPool.map(images, limit: 8) { image in
      let reference = try Reference(image).tagged
      guard reference.digest == nil else { return reference.description }
      let document: (digest: Digest?, bytes: [UInt8])
      do {
        let found = try registries.source(reference).manifest(reference.tag ?? Reference.defaultTag)
        document = (found.digest, found.bytes)
      } catch {
        throw Failure(error).about("digest of \(reference.familiar)")
      }
      var pinned = reference
      pinned.digest = document.digest ?? .sha256(of: document.bytes)
      return pinned.description
    }
    return Dictionary(
      uniqueKeysWithValues: zip(images, answers).map { image, answer in (image, answer.mapError { Failure($0) }) })
  }
}
