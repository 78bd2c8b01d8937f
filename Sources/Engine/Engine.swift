import Diagnostics
import Images
import Linux
import Spec

/// Containers, volumes, networks and images of this machine as objects with a life cycle.
///
/// Every verb blocks until it is done and may be called from any thread; two processes that work on the same object
/// wait for each other.
public final class Engine: Sendable {
  public let host: Host

  public init(host: Host) { self.host = host }
}

// The verbs, until each has its file.
extension Engine {
  private func missing<T>() throws -> T { throw Failure(.unsupported, "this verb is not built yet") }

  /// Containers in the order in which they were made.
  /// - Parameter project: only those that belong to it.
  /// - Parameter all: those that do not run, too.
  public func containers(project: String? = nil, all: Bool = true) throws -> [ContainerView] { try missing() }

  /// By name, id or unambiguous beginning of an id.
  public func container(_ nameOrID: String) throws -> ContainerView { try missing() }

  /// Makes a container that does not run yet. Its image must be here; volumes that are missing are made.
  /// - Returns: its id and what a person should know.
  public func create(_ spec: ContainerSpec, owner: Ownership? = nil) throws -> (id: String, warnings: [Warning]) {
    try missing()
  }

  /// Starts containers, several at once. Those that run already count as started.
  /// - Returns: what went wrong, by the id as it was given.
  public func start(_ ids: [String]) -> [String: Failure] { [:] }

  public func start(_ id: String) throws {
    if let failure = start([id])[id] { throw failure }
  }

  /// Asks the program to end with `signal` (the container's stop signal where absent) and kills it after `timeout`
  /// (nanoseconds; the container's own grace period where absent; negative: never).
  public func stop(_ id: String, timeout: Int64? = nil, signal: String? = nil) throws { let _: Int = try missing() }
  public func kill(_ id: String, signal: String = "SIGKILL") throws { let _: Int = try missing() }
  public func restart(_ id: String, timeout: Int64? = nil) throws { let _: Int = try missing() }
  public func pause(_ id: String) throws { let _: Int = try missing() }
  public func unpause(_ id: String) throws { let _: Int = try missing() }

  /// - Parameter force: kill it first where it runs.
  /// - Parameter volumes: its anonymous volumes, too.
  public func remove(_ id: String, force: Bool = false, volumes: Bool = false) throws { let _: Int = try missing() }
  public func rename(_ id: String, to name: String) throws { let _: Int = try missing() }
  public func update(_ id: String, _ update: ContainerUpdate) throws { let _: Int = try missing() }
  public func connect(_ id: String, _ attachment: NetworkAttachment) throws { let _: Int = try missing() }
  public func disconnect(_ id: String, from network: String, force: Bool = false) throws { let _: Int = try missing() }

  /// Waits until the container has ended for good.
  /// - Returns: its exit status.
  public func wait(_ id: String) throws -> Int32 { try missing() }

  /// Waits until `condition` holds of the container, looking whenever something about it changes.
  /// - Parameter timeout: nanoseconds; `nil` for ever.
  /// - Returns: the container as it was when the condition held.
  public func wait(
    _ id: String, timeout: Int64? = nil, until condition: (ContainerView) throws -> Bool
  ) throws -> ContainerView { try missing() }

  /// Hands the entries of a container's log to `sink`, oldest first, until it returns false or there are no more.
  public func logs(_ id: String, _ options: LogOptions, sink: (LogEntry) throws -> Bool) throws {
    let _: Int = try missing()
  }

  /// Runs a program in a container.
  /// - Returns: its exit status; 0 at once when detached.
  public func exec(_ id: String, _ request: ExecRequest) throws -> Int32 { try missing() }
  public func attach(_ id: String, _ request: AttachRequest) throws -> AttachEnd { try missing() }
  public func top(_ id: String) throws -> [ProcessView] { try missing() }
  public func ports(_ id: String) throws -> [BoundPort] { try container(id).ports }
  /// The container in the shape of Docker's `GET /containers/{id}/json`, as JSON text.
  public func inspect(_ id: String) throws -> String { try missing() }

  /// - Parameter project: only those that belong to it.
  public func networks(project: String? = nil) throws -> [Network] { try missing() }
  public func network(_ nameOrID: String) throws -> Network { try missing() }
  public func createNetwork(_ spec: NetworkSpec, owner: Ownership? = nil) throws -> Network { try missing() }
  /// Refused while containers are attached to it.
  public func removeNetwork(_ nameOrID: String) throws { let _: Int = try missing() }

  /// - Parameter project: only those that belong to it.
  public func volumes(project: String? = nil) throws -> [Volume] { try missing() }
  public func volume(_ name: String) throws -> Volume { try missing() }
  public func createVolume(_ spec: VolumeSpec, owner: Ownership? = nil) throws -> Volume { try missing() }
  /// Refused while a container uses it.
  public func removeVolume(_ name: String, force: Bool = false) throws { let _: Int = try missing() }

  /// Makes what was done durable: one batch for everything since the last call. Called once by a command before it
  /// reports success.
  public func flush() throws { let _: Int = try missing() }

  /// What died with its maker, and whether it is repaired now.
  public func doctor(repair: Bool = false) throws -> [Leftover] { try missing() }
}
