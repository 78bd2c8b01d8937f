import Diagnostics
import Engine
import Images
import Linux
import OCI
import Reconciling

extension Lowering.Surroundings {
  /// This machine.
  init(_ engine: Engine) {
    let images = engine.images
    self.init(
      imageID: { reference, platform in
        do {
          return try images.resolve(reference, platform: platform.map { try Platform($0) }).id.description
        } catch let failure as Failure where failure.code == .notFound {
          return nil
        }
      },
      read: { try readFile($0) },
      isDirectory: { (try? FileStatus.of($0))?.kind == .directory },
      digest: { Digest.sha256(of: $0).description })
  }
}
