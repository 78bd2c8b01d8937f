import Diagnostics
import Linux
import Planning
import Spec

/// What the executor needs of a machine. Every call blocks until it is done and may come from any thread.
public protocol Platform: Sendable {
  /// What the machine has of a project and of what `desired` refers to: external networks and volumes, and whoever
  /// holds a name that is wanted. Writes nothing.
  func observe(project: String, desired: Desired?) throws -> Observed

  func createNetwork(_ spec: NetworkSpec, key: String, project: String) throws
  /// Refused with `conflict` while containers are attached to it.
  func removeNetwork(id: String) throws
  func createVolume(_ spec: VolumeSpec, key: String, project: String) throws
  func removeVolume(_ name: String) throws

  /// - Returns: its id.
  func createContainer(_ creation: ContainerCreation, project: String) throws -> CreatedContainer
  func renameContainer(_ id: String, to name: String) throws
  /// Applies the attributes `fields` of `spec` in place.
  func updateContainer(_ id: String, to spec: ContainerSpec, fields: [String]) throws
  func connect(_ id: String, _ attachment: NetworkAttachment) throws
  func disconnect(_ id: String, from network: String) throws
  /// Several at once: one firewall transaction. One that runs already counts as started.
  /// - Returns: what went wrong, by id.
  func start(_ ids: [String]) -> [String: Failure]
  /// Neither names nor published ports lead to it until it takes over.
  func startStandby(_ id: String) throws
  /// Names and published ports lead to it from now on, and not to the predecessor any more.
  /// - Parameter name: the one that it is going to have.
  func takeOver(_ id: String, from predecessor: String?, as name: String) throws
  /// Waits until nobody is connected to it any more.
  /// - Parameter timeout: nanoseconds; the container's own grace period where absent.
  func drain(_ id: String, timeout: Int64?, cancellation: Cancellation?) throws
  /// - Parameter timeout: nanoseconds; the container's own grace period where absent.
  func stop(_ id: String, timeout: Int64?) throws
  func unpause(_ id: String) throws
  /// Runs a program in a running container to its end.
  /// - Parameter output: is given what it prints, as it comes.
  /// - Returns: its exit status.
  func runHook(
    _ id: String, _ hook: HookSpec, cancellation: Cancellation?, output: @Sendable ([UInt8]) -> Void
  ) throws -> Int32
  /// Runs a container to its end, in place of one of the same name that an earlier try left behind. It is removed where
  /// it ended with success, and where it was interrupted.
  /// - Parameter id: of the container that it prepares.
  func prepare(
    _ creation: ContainerCreation, of id: String, project: String, cancellation: Cancellation?,
    output: @Sendable ([UInt8]) -> Void
  ) throws -> Int32
  func removeContainer(_ id: String, volumes: Bool) throws

  func removeImage(_ reference: String) throws

  /// Throws `conflict`, naming the holder, where one of the host ports is taken by anything but replicas of the service.
  func requireFree(_ ports: [PortSpec], project: String, service: String) throws

  /// How a container is now; `nil` when it is gone.
  func status(_ id: String) throws -> ContainerStatus?
  /// The last lines of its log, oldest first.
  func lastLogLines(_ id: String, count: Int) -> [String]
  /// Looks at a container whenever something about it may have changed, until `isEnough` or `limit` nanoseconds are over.
  /// - Returns: how it was last; `nil` when it is gone.
  func wait(
    _ id: String, limit: Int64, cancellation: Cancellation?, until isEnough: (ContainerStatus?) -> Bool
  ) throws -> ContainerStatus?
  /// Finishes what a command that died left half done, as far as no plan sees it. Writes nothing where nothing was left.
  func tidy()
  /// Makes what was done durable, in one batch.
  func flush() throws
}

public struct CreatedContainer: Hashable, Sendable {
  public var id: String
  /// What a person should know.
  public var warnings: [Warning]

  public init(id: String, warnings: [Warning] = []) {
    self.id = id
    self.warnings = warnings
  }
}

/// As far as waiting for it goes.
public struct ContainerStatus: Hashable, Sendable {
  public var state: ContainerState
  /// `nil` without a health check.
  public var health: Health?
  public var exitCode: Int32?
  public var outOfMemory = false
  /// How often its program was started again since the container was started.
  public var restarts = 0
  public var restart: RestartPolicy.Condition
  /// What the last health check printed.
  public var healthOutput: String?

  public init(state: ContainerState, restart: RestartPolicy.Condition = .no, health: Health? = nil) {
    self.state = state
    self.restart = restart
    self.health = health
  }
}
