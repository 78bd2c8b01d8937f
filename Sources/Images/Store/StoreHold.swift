import Linux

/// Keeps everything in a store from being collected. See `ImageStore.hold()`.
public final class StoreHold: Sendable {
  private let lock: FileLock

  init(_ lock: FileLock) { self.lock = lock }

  public func release() { lock.unlock() }
}
