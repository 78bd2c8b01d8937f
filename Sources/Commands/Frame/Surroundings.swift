import Compose
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

  /// Lets fetched images be those of a lock file only.
  mutating func hold(to pins: LockPins, _ project: Project, _ store: ImageStore, allowsMissing: Bool) {
    let fetched = Set(project.services.flatMap(\.lockedImages))
    let plain = imageID
    imageID = { image, platform in
      guard fetched.contains(image) else { return try plain(image, platform) }
      if let name = try pins.name(of: image, in: store) { return try plain(name, platform) }
      if allowsMissing { return nil }
      throw pins.refusal(image, in: store)
    }
  }
}
