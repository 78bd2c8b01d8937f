import Spec

/// What a change does. Each is one step that is either done or not; a larger work (recreating a container) is several
/// changes of the same object, so that it can be stopped anywhere and resumed.
///
/// Indirect, because it is passed on often and some of them carry a whole container.
public indirect enum Action: Hashable, Sendable {
  case createNetwork(NetworkSpec)
  /// By id.
  case removeNetwork(String)
  case createVolume(VolumeSpec)
  case removeVolume(String)
  case createContainer(ContainerCreation)
  /// Moves the container that is being replaced out of the way of its successor's name.
  case renameContainer(ContainerReference, to: String)
  /// What can be changed without making the container anew; `fields` are the attributes that differ.
  case updateContainer(ContainerReference, to: ContainerSpec, fields: [String])
  case connect(ContainerReference, NetworkAttachment)
  /// From the network of that name.
  case disconnect(ContainerReference, String)
  case start(ContainerReference)
  /// It runs, and neither names nor published ports lead to it.
  case startStandby(ContainerReference)
  /// Names and published ports lead to it from now on, and not to `from` any more.
  case takeOver(ContainerReference, from: ContainerReference?)
  /// Waits until the connections that others have to it are over, at most `timeout` nanoseconds; the container's own
  /// grace period where absent.
  case drain(ContainerReference, timeout: Int64?)
  /// `timeout` in nanoseconds; the container's own grace period where absent.
  case stop(ContainerReference, timeout: Int64?)
  case unpause(ContainerReference)
  /// `volumes`: with the anonymous volumes that no other container uses.
  case removeContainer(ContainerReference, volumes: Bool)
  /// Runs a step of `pre_start` in a container of its own, which goes when it has ended with success and stays where it
  /// failed. `of`: the service's container that it prepares.
  case prepare(ContainerCreation, of: ContainerReference)
  /// Runs programs in a running container, one after the other.
  case runHooks(ContainerReference, HookSpec.Phase, [HookSpec])
  /// Alters nothing: what comes after it begins when the condition holds.
  case wait(Wait)
  case removeImage(String)
  /// Alters nothing: what comes after it begins when these host ports are free.
  case requirePorts([PortSpec])
  /// Alters nothing: what comes after it begins when the roll-out goes on.
  case checkRollout(RolloutCheck)
  /// Alters nothing: so many nanoseconds later.
  case delay(Int64)

  public var isStart: Bool { if case .start = self { true } else { false } }

  /// It changes something on the machine.
  public var alters: Bool {
    switch self {
    case .wait, .requirePorts, .checkRollout, .delay, .drain: false
    default: true
    }
  }

  /// It begins when everything before it has come to an end, even where that failed.
  public var followsFailures: Bool { if case .checkRollout = self { true } else { false } }
}

/// A container of this machine, or one that an earlier change of the plan makes.
public struct ContainerReference: Codable, Hashable, Sendable {
  /// Empty for a container that does not exist yet.
  public var id: String
  public var name: String

  public init(id: String = "", name: String) {
    self.id = id
    self.name = name
  }
}

public struct ContainerCreation: Codable, Hashable, Sendable {
  public var spec: ContainerSpec
  public var service: String
  /// The replica, from 1.
  public var number: Int
  /// The container whose place it takes, renamed by now; its anonymous volumes are carried over unless they are to be
  /// new.
  public var replaces: ContainerReference?
  public var renewAnonymousVolumes = false

  public init(spec: ContainerSpec, service: String, number: Int, replaces: ContainerReference? = nil) {
    self.spec = spec
    self.service = service
    self.number = number
    self.replaces = replaces
  }

  enum CodingKeys: String, CodingKey {
    case spec, service, number, replaces
    case renewAnonymousVolumes = "renew_anonymous_volumes"
  }
}

/// A condition on the containers of one service.
public struct Wait: Codable, Hashable, Sendable {
  public enum Condition: String, Codable, Hashable, Sendable {
    case healthy
    /// Ended with exit status 0.
    case completed
    /// Running, and healthy where there is a health check; or, without a restart policy, ended with exit status 0.
    case ready
    /// Ready, and so without a restart for `duration`.
    case steady
  }

  public var condition: Condition
  public var service: String
  public var containers: [ContainerReference]
  /// When it cannot hold any more, what comes after it is not begun.
  public var required: Bool
  /// Nanoseconds, of `steady`.
  public var duration: Int64?

  public init(_ condition: Condition, service: String, containers: [ContainerReference], required: Bool = true) {
    self.condition = condition
    self.service = service
    self.containers = containers
    self.required = required
  }
}
