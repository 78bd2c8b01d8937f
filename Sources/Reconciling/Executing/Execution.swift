import Linux
import Planning

/// How a plan is carried out, and who is told.
public struct Execution: Sendable {
  /// How many changes are worked on at once; `nil`: as many as are good for this machine.
  public var parallelism: Int?
  /// Nanoseconds for all waiting of the plan together (`--wait-timeout`); `nil`: as long as it takes.
  public var waitTimeout: Int64?
  /// Nanoseconds that a container without a health check must have run for `--wait` to believe it: many a program finds
  /// out a moment after its start that it cannot do its work.
  public var settling: Int64 = 0
  /// Who asks for it, for the history.
  public var origin: Origin?
  /// It only puts right what was applied already: no new generation where nothing else is wanted than before.
  public var isRepair = false
  /// From now on so many generations are kept.
  public var keep: Int?
  /// Cancelling begins nothing more; what was begun is finished.
  public var cancellation: Cancellation?
  /// Called with the plan before it is carried out, also when it is empty.
  public var announce: @Sendable (Plan) -> Void = { _ in }
  /// Called for each step, from any thread, one at a time.
  public var progress: @Sendable (ProgressEvent) -> Void = { _ in }
  /// Called for each line that a hook prints, from any thread, one at a time.
  public var hookOutput: @Sendable (HookLine) -> Void = { _ in }
  /// Called with the holder's process id, if it is known, when another command works on the project.
  public var blocked: @Sendable (Int32?) -> Void = { _ in }

  public init() {}
}
