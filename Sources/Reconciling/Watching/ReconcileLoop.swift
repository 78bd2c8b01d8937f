import Diagnostics
import Engine
import Linux
import Planning

/// Keeps a project as it is wanted: looks whenever something happens to its containers or files, and now and then
/// besides, and puts right what is not. What keeps failing is left alone for longer and longer.
public final class ReconcileLoop {
  /// What is wanted, and the files that say so.
  public struct Wanted: Sendable {
    public var desired: Desired
    public var files: [String]

    public init(_ desired: Desired, files: [String]) {
      self.desired = desired
      self.files = files
    }
  }

  public enum Event: Sendable {
    /// The files say something else than before.
    case reloaded
    /// Something was put right, or tried to be.
    case applied(Report)
    case mended(NetworkDamage)
    /// Services that are left alone, and for how many nanoseconds.
    case held(Set<String>, Int64)
    case failed(Failure)
  }

  /// Nanoseconds that lie between two looks at least.
  private static let pace: Int64 = 100_000_000
  /// Nanoseconds for which one apply waits at most.
  private static let patience: Int64 = 300_000_000_000
  private static let wholeProject = "*"

  private let makeEngine: () -> Engine
  private let load: (Engine) throws -> Wanted
  private let options: UpOptions
  private var execution: Execution
  private let tell: (Event) -> Void
  private let files: WatchedFiles

  private var wanted: Wanted?
  private var backoff = Backoff()
  private var lastFailure: String?
  private var lastHeld: Set<String> = []
  /// Services that are to be looked at again when they are due.
  private var pending: Set<String> = []

  /// - Parameter engine: a new one for each look, because an engine remembers what it has seen.
  public init(
    engine: @escaping () -> Engine, options: UpOptions = UpOptions(), execution: Execution = Execution(),
    load: @escaping (Engine) throws -> Wanted, tell: @escaping (Event) -> Void
  ) throws {
    makeEngine = engine
    self.load = load
    self.options = options
    self.execution = execution
    self.execution.isRepair = true
    // A container that somebody paused, for one, never gets ready; the next look sees what is to be done then.
    self.execution.waitTimeout = execution.waitTimeout ?? Self.patience
    self.tell = tell
    files = try WatchedFiles()
  }

  /// Until it is cancelled.
  /// - Parameter interval: nanoseconds after which it looks although nothing seems to have happened.
  public func run(interval: Int64, cancellation: Cancellation) throws {
    let watch = try makeEngine().watch()
    while !cancellation.isCancelled {
      let began = Monotonic.now
      let containers = look()
      guard !cancellation.isCancelled else { return }
      // One that is followed from now on may have changed before.
      if watch.follow(containers) {
        _ = cancellation.sleep(nanoseconds: Self.pace)
        continue
      }
      let due = backoff.next(of: pending.union([Self.wholeProject])).map { max($0 - Monotonic.now, 0) } ?? interval
      watch.wait(limit: min(interval, due), others: [files.descriptor, cancellation.descriptor])
      let rest = Self.pace - (Monotonic.now - began)
      if rest > 0 { _ = cancellation.sleep(nanoseconds: rest) }
    }
  }

  /// One look.
  /// - Returns: the project's containers as they are then.
  @discardableResult
  public func look() -> [ContainerView] {
    let engine = makeEngine()
    do {
      let wanted = try current(engine)
      if !backoff.held(now: Monotonic.now).contains(Self.wholeProject) {
        try mend(wanted.desired.project, engine)
        try converge(wanted.desired, engine)
      }
      lastFailure = nil
    } catch {
      fail(Failure(describing: error))
    }
    return wanted.flatMap { try? engine.containers(project: $0.desired.project) } ?? []
  }

  private func current(_ engine: Engine) throws -> Wanted {
    if let wanted, !files.haveChanged() { return wanted }
    let isFirst = wanted == nil
    do {
      let new = try load(engine)
      files.follow(new.files)
      if !isFirst, new.desired != wanted?.desired {
        tell(.reloaded)
        // What failed may not any more.
        backoff = Backoff()
      }
      wanted = new
      return new
    } catch {
      // A file may be half written: what was wanted before is, until it can be read.
      guard let wanted else { throw error }
      files.follow(wanted.files)
      fail(Failure(describing: error))
      return wanted
    }
  }

  private func mend(_ project: String, _ engine: Engine) throws {
    for damage in try engine.networkDamage(of: engine.containers(project: project)) {
      try damage.repair()
      tell(.mended(damage))
    }
  }

  private func converge(_ desired: Desired, _ engine: Engine) throws {
    let reconciler = Reconciler(engine: engine)
    var options = options
    var plan = try reconciler.plan(desired, options)
    // What waits for its time, of all that is not right.
    let now = Monotonic.now
    let held = backoff.held(now: now).intersection(Self.services(of: plan))
    if !held.subtracting(lastHeld).isEmpty { tell(.held(held, max((backoff.next(of: held) ?? now) - now, 0))) }
    (lastHeld, pending) = (held, held)
    if !held.isEmpty {
      options.held = held
      plan = try reconciler.plan(desired, options)
    }
    guard !plan.isEmpty else { return }
    let report = try reconciler.up(desired, options, execution)
    for service in Self.services(of: report.plan) { backoff.note(service, now: Monotonic.now) }
    tell(.applied(report))
    if !report.isComplete, report.failed.contains(where: { $0.change.object.kind != .container }) {
      backoff.note(Self.wholeProject, now: Monotonic.now)
    }
  }

  private static func services(of plan: Plan) -> Set<String> {
    Set(plan.effects.map(\.object).filter { $0.kind == .container }.map(\.key))
  }

  /// The same failure is told once.
  private func fail(_ failure: Failure) {
    backoff.note(Self.wholeProject, now: Monotonic.now)
    guard failure.description != lastFailure else { return }
    lastFailure = failure.description
    tell(.failed(failure))
  }
}
