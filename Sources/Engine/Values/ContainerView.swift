import Linux
import Spec

/// A container as it is at one moment: its record, and what the kernel and its shim say of it.
public struct ContainerView: Hashable, Sendable {
  public var record: ContainerRecord
  public var state: ContainerState = .created
  /// `nil` without a health check, and when it does not run.
  public var health: HealthView?
  /// Of the last run, once that ended.
  public var exitCode: Int32?
  public var oomKilled = false
  /// Why it did not start, or why it ended without an exit status of its own.
  public var error = ""
  public var startedAt: Timestamp?
  public var finishedAt: Timestamp?
  public var restartCount = 0
  /// Of the container's first process, on the host; `nil` unless it runs.
  public var pid: Int32?
  public var shimPID: Int32?
  /// Stopped by `stop` or `kill`, so `unless-stopped` keeps it down.
  public var stoppedByUser = false
  /// Addresses are present while it runs.
  public var networks: [NetworkEndpoint] = []
  /// What is published while it runs.
  public var ports: [BoundPort] = []
  public var standing = Standing.inPlace

  public init(record: ContainerRecord) { self.record = record }

  public var id: String { record.id }
  public var name: String { record.spec.name }
  public var isRunning: Bool { state == .running || state == .paused || state == .restarting }
}

/// What the health check says.
public struct HealthView: Hashable, Sendable {
  public var status: Health
  public var failingStreak: Int
  /// The last results, oldest first, at most five.
  public var log: [Result]

  public struct Result: Hashable, Sendable {
    public var start: Timestamp
    public var end: Timestamp
    public var exitCode: Int32
    public var output: String

    public init(start: Timestamp, end: Timestamp, exitCode: Int32, output: String) {
      self.start = start
      self.end = end
      self.exitCode = exitCode
      self.output = output
    }
  }

  public init(status: Health, failingStreak: Int = 0, log: [Result] = []) {
    self.status = status
    self.failingStreak = failingStreak
    self.log = log
  }
}

/// A container's place on a network.
public struct NetworkEndpoint: Codable, Hashable, Sendable {
  /// As asked for.
  public var attachment: NetworkAttachment
  public var networkID: String
  /// With prefix length, `172.18.0.2/16`; `nil` where there is none now.
  public var ipv4: String?
  public var ipv6: String?
  public var gateway4: String?
  public var gateway6: String?
  public var macAddress: String?
  public var interfaceName: String?
  /// The other end of the pair, on the host.
  public var hostInterface: String?

  public init(attachment: NetworkAttachment, networkID: String) {
    self.attachment = attachment
    self.networkID = networkID
  }

  public var network: String { attachment.network }
}

/// A published port as it is bound.
public struct BoundPort: Hashable, Sendable, Codable {
  /// `0.0.0.0`, `::` or a single address.
  public var hostAddress: String
  public var hostPort: UInt16
  public var containerPort: UInt16
  public var transport: PortSpec.Transport

  public init(hostAddress: String, hostPort: UInt16, containerPort: UInt16, transport: PortSpec.Transport) {
    self.hostAddress = hostAddress
    self.hostPort = hostPort
    self.containerPort = containerPort
    self.transport = transport
  }
}
