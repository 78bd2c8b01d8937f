import Spec

/// What can be changed of a container without making it anew. An absent field stays as it is.
public struct ContainerUpdate: Hashable, Sendable {
  public var resources: ResourceSpec?
  public var restart: RestartPolicy?
  public var labels: [String: String]?
  public var annotations: [String: String]?
  /// Nanoseconds.
  public var stopGracePeriod: Int64?
  public var stopSignal: String?
  /// The replica that it is to be from now on.
  public var number: Int?

  public init() {}

  public var isEmpty: Bool { self == ContainerUpdate() }
}
