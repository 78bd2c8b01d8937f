import Engine
import Images

extension LocalPlatform {
  public func removeImage(_ reference: String) throws {
    _ = try engine.images.remove(reference) {
      try engine.containers().map { view in
        ImageUse(
          container: view.id, containerName: view.name, imageID: view.record.spec.imageID, running: view.isRunning)
      }
    }
  }
}
