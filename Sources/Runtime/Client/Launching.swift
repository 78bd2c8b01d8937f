import Diagnostics
import Glibc
import Launch
import Linux

extension Runtime {
  /// Starts a shim with its container. Returns when the container's program runs; when it cannot, nothing is left.
  ///
  /// The shim leaves this process at once: it need not be waited for, and lives on when davit ends.
  @discardableResult
  public func launch(_ launch: PreparedLaunch) throws(Failure) -> LaunchedContainer {
    let program = try shimProgram()
    let shim: SpawnedShim
    do {
      let null = try Descriptor.open("/dev/null", .readWrite)
      let channel = try UnixSocket.pair()
      shim = try SpawnedShim.start(
        program, ["davit-shim", launch.message.container.id], message: launch.message.encoded(), report: channel,
        others: launch.descriptors,
        streams: (null.raw, null.raw, null.raw))
    } catch { throw Failure(error) }
    // The process that was spawned only makes the one that stays.
    defer { _ = try? ChildStatus.reap(shim.pid) }
    return try shim.awaitStart().0
  }
}
