/// Which project, if any, an object belongs to. It is kept in the engine's own records; labels, which an image can
/// bring along, are never read for it.
public struct Ownership: Codable, Hashable, Sendable {
  public var project: String
  /// Containers: the service's key. Networks and volumes: their key in the project file.
  public var key: String
  /// The replica, from 1; 0 for networks and volumes.
  public var number: Int
  /// Made by `run`.
  public var oneOff: Bool

  /// Of a container.
  public init(project: String, service: String, number: Int, oneOff: Bool = false) {
    self.project = project
    self.key = service
    self.number = number
    self.oneOff = oneOff
  }

  /// Of a network or volume.
  public init(project: String, key: String) {
    self.init(project: project, service: key, number: 0)
  }

  /// The key under the name that it has for containers.
  public var service: String { key }

  enum CodingKeys: String, CodingKey {
    case project, key, number
    case oneOff = "one_off"
  }
}
