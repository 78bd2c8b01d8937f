import Diagnostics
import Git
import Linux
import Synchronization

/// Keeps a machine as a repository says: fetch, apply, go back where that fails, put right what drifts.
///
/// It acts on the state that is: whatever ended the process in the middle of something, the next one goes on from there.
public final class SyncLoop: Sendable {
  let settings: SyncSettings
  let folder: SyncFolder
  let deployer: any Deployer
  let log: SyncLog
  let notify: @Sendable (SyncEvent) -> Void
  let wake: Wake
  private let shared: Mutex<SyncState>

  /// - Parameter notify: told of what became of projects, from the thread that syncs.
  public init(
    _ settings: SyncSettings, folder: SyncFolder, deployer: any Deployer, log: SyncLog,
    notify: @escaping @Sendable (SyncEvent) -> Void = { _ in }
  ) throws(Failure) {
    self.settings = settings
    self.folder = folder
    self.deployer = deployer
    self.log = log
    self.notify = notify
    do throws(SystemError) { wake = try Wake() } catch { throw Failure(error) }
    let fresh = SyncState(repository: settings.address.url, reference: settings.reference, path: settings.path)
    shared = Mutex(folder.read() ?? fresh)
  }

  private let stepped = Mutex<Int64?>(nil)

  /// When the last step ended, on the monotonic clock.
  public var lastStep: Int64? { stepped.withLock { $0 } }

  /// What is kept under the name of a sync is of one repository: projects of another are not to be removed for it.
  public func conflict(with settings: SyncSettings) -> Failure? {
    let state = state
    guard state.repository != settings.address.url || state.path != settings.path, !state.projects.isEmpty else {
      return nil
    }
    return Failure(
      .conflict, "it follows \(state.repository)\(state.path.isEmpty ? "" : ", folder \(state.path)")",
      subject: folder.path, hint: "--name gives another one")
  }

  /// How things are now.
  public var state: SyncState { shared.withLock { $0 } }

  /// Changes the state and writes it down.
  func update(_ change: (inout SyncState) -> Void) throws(Failure) {
    let state = shared.withLock { state in
      change(&state)
      return state
    }
    try folder.write(state)
  }

  /// Looks at the repository now, whatever the interval says: for webhooks. From any thread.
  public func lookNow() {
    shared.withLock { $0.counters.webhooks += 1 }
    wake.wake()
  }

  /// Syncs until cancelled.
  public func run(until cancellation: Cancellation) throws {
    var round = SyncRound(self)
    try update { $0.reference = settings.reference }
    while !cancellation.isCancelled {
      try round.step(cancellation)
      stepped.withLock { $0 = Monotonic.now }
      if !wake.wait(timeout: settings.interval, or: cancellation) { continue }
      round.isAsked = true
    }
  }

  /// One look at the repository and the machine.
  /// - Returns: whether everything is as the newest revision says.
  public func once(_ cancellation: Cancellation) throws -> Bool {
    var round = SyncRound(self)
    try round.step(cancellation)
    return state.isHealthy
  }
}

/// Something that whoever runs a sync may want to be told of.
public struct SyncEvent: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    case success, failure
  }

  public var kind: Kind
  /// `nil`: it is about the repository.
  public var project: String?
  public var commit: String?
  /// What runs now.
  public var running: String?
  public var message: String
}
