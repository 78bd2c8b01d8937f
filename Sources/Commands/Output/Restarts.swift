import Engine
import Linux

/// What a container's restart policy brings back.
enum Restarts {
  /// Calls `tell` each time when a run ended and another follows, from a thread of its own, until the container has ended
  /// for good.
  static func tell(
    of container: ContainerView, _ engine: Engine, _ tell: @escaping @Sendable (ContainerView, Int32) -> Void
  ) {
    _ = try? Thread.spawn {
      var last = container.finishedAt
      while let now = try? engine.wait(container.id, until: { !$0.isRunning || $0.finishedAt != last }), now.isRunning {
        last = now.finishedAt
        if let status = now.exitCode { tell(now, status) }
      }
    }
  }
}
