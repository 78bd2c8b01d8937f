import Engine
import Images

extension Engine {
  /// The containers that stand on images, and the generations that can be gone back to.
  public func imageUses() throws -> [ImageUse] {
    try containers().map {
      ImageUse(container: $0.id, containerName: $0.name, imageID: $0.record.spec.imageID, running: $0.isRunning)
    } + Reconciler(engine: self).imagesOfGenerations()
  }
}
