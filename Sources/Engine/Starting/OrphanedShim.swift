import Linux

extension Engine {
  /// A davit that was killed while it started this container may have left a shim that is still at it. What becomes of
  /// that is waited for, a few seconds at most: it has the container running in a moment, or gives up.
  func awaitOrphanedShim(_ paths: ContainerPaths) {
    let deadline = Monotonic.now + 5_000_000_000
    while isLocked(paths.endpoints), !LiveState.of(paths).isAlive, Monotonic.now < deadline {
      Monotonic.sleep(nanoseconds: 5_000_000)
    }
  }

  private func isLocked(_ path: String) -> Bool {
    guard FileStatus.exists(path) else { return false }
    do { return try FileLock(trying: path) == nil } catch { return false }
  }
}
