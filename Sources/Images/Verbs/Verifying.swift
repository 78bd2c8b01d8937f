import Diagnostics
import Linux
import OCI

/// What a look at the blobs showed.
public struct VerifyResult: Sendable {
  /// How many were read.
  public var blobs: Int
  /// What is wrong; empty is good.
  public var damage: [Failure]
}

extension ImageStore {
  /// Checks every blob of every image, or of the named ones, against its digest.
  public func verify(_ names: [String] = []) throws -> VerifyResult {
    try asFailure {
      let hold = try hold()
      defer { hold.release() }
      let index = try catalog.index()
      let roots = try names.isEmpty ? index.entries : names.map { try catalog.find($0, in: index).entry }
      var blobs: [ContentDescriptor] = []
      var failures: [Failure] = []
      for root in roots {
        blobs.append(root.descriptor)
        do {
          for found in try Catalog(layout).manifests(of: root.descriptor) {
            blobs += [found.descriptor, found.manifest.config] + found.manifest.layers
          }
        } catch {
          failures.append(Failure(error, subject: root.name.map { "image \($0.familiar)" } ?? ""))
        }
      }
      let unique = Dictionary(blobs.map { ($0.digest, $0) }) { first, _ in first }.values.sorted {
        $0.digest < $1.digest
      }
      failures += WorkerPool.map(unique, limit: 8) { [layout] blob in Self.damage(of: blob, layout) }
        .compactMap { try? $0.get() }
      return VerifyResult(blobs: unique.count, damage: failures)
    }
  }

  private static func damage(of blob: ContentDescriptor, _ layout: StoreLayout) -> Failure? {
    do {
      let file = try Descriptor.open(layout.blob(blob.digest))
      let source = HashingSource(FileSource(stream: file), blob.digest.algorithm)
      let actual = try source.finish()
      guard source.count == blob.size, actual == blob.digest else {
        throw Failure(.corrupt, "\(source.count) bytes of \(actual) instead of \(blob.size) bytes")
      }
      return nil
    } catch {
      return Failure(error, subject: "blob \(blob.digest)")
    }
  }
}
