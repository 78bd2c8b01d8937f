import Diagnostics
import Linux
import Synchronization

/// Runs the stages of a graph on threads, each as soon as those that it needs are done.
final class Schedule: Sendable {
  private let results = Mutex<[Int: Result<StageState, Failure>]>([:])
  private let changed = Signal()

  /// More than processors: most steps wait for a disk or a network at times.
  private static let parallelStages = 8

  /// - Parameter body: builds one stage.
  /// - Throws: what the first stage in the order of the file failed with.
  func run(_ graph: StageGraph, _ body: @escaping @Sendable (Int) throws -> StageState) throws {
    // A thread that waits never waits for a stage that nobody has begun: stages stand behind what they need.
    let order = graph.order
    _ = WorkerPool.map(order, limit: Self.parallelStages) { index in
      let result: Result<StageState, Failure>
      do { result = .success(try self.buildWhenReady(index, graph, body)) } catch { result = .failure(Failure(error)) }
      self.results.withLock { $0[index] = result }
      self.changed.notifyAll()
    }
    let all = results.withLock { $0 }
    for index in order { if case .failure(let failure) = all[index]!, !(failure.isCausedByOther) { throw failure } }
    for index in order { if case .failure(let failure) = all[index]! { throw failure } }
  }

  func state(_ index: Int) -> StageState { try! results.withLock { $0[index]! }.get() }

  private func buildWhenReady(_ index: Int, _ graph: StageGraph, _ body: (Int) throws -> StageState) throws
    -> StageState
  {
    let needed = graph.dependencies[index] ?? []
    changed.wait {
      results.withLock { results in needed.allSatisfy { results[$0] != nil } || Self.hasFailure(results) }
    }
    // What fails ends the build: nothing more is begun.
    guard !results.withLock({ Self.hasFailure($0) }) else { throw Failure.stageNotBegun }
    return try body(index)
  }

  private static func hasFailure(_ results: [Int: Result<StageState, Failure>]) -> Bool {
    results.values.contains { if case .failure = $0 { true } else { false } }
  }
}

extension Failure {
  fileprivate static let stageNotBegun = Failure(.interrupted, "another stage failed", subject: "build")
  fileprivate var isCausedByOther: Bool { code == .interrupted && message == Failure.stageNotBegun.message }
}
