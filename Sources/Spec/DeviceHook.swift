/// A program of the host that makes a container ready for a device, as descriptions of the Container Device Interface
/// name them: links and caches of libraries, for example.
public struct DeviceHook: Hashable, Sendable {
  /// The moments of the runtime specification (config.md, "POSIX-platform Hooks") at which one can run here.
  public enum Moment: String, Hashable, Sendable {
    /// On the host, when the container's namespaces and mounts are there; the older name of `createRuntime`.
    case prestart
    /// On the host, when the container's namespaces and mounts are there.
    case createRuntime
    /// In the container's namespaces, with the host's files still in sight.
    case createContainer
    /// In the container, right before its program.
    case startContainer
    /// On the host, when the program runs.
    case poststart
    /// On the host, when the container has ended.
    case poststop
  }

  public var moment: Moment
  public var path: String
  /// With its own name as the first.
  public var arguments: [String]
  /// `NAME=value`; nothing else is in its environment.
  public var environment: [String]
  /// Seconds after which it is killed; `nil`: it takes what it needs.
  public var timeout: UInt32?

  public init(
    moment: Moment, path: String, arguments: [String] = [], environment: [String] = [], timeout: UInt32? = nil
  ) {
    self.moment = moment
    self.path = path
    self.arguments = arguments
    self.environment = environment
    self.timeout = timeout
  }
}
