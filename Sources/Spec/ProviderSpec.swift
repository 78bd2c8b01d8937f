/// What brings a service up that is no container: a program of somebody else (docker/compose, docs/extension.md).
public struct ProviderSpec: Codable, Hashable, Sendable {
  /// Names the program.
  public var type: String
  public var options: [String: [String]]
  /// Variables that it gave for those who depend on the service, without the prefix of the service's name.
  public var variables: [String: String] = [:]
  /// The same for variables that have no prefix.
  public var rawVariables: [String: String] = [:]

  public init(type: String, options: [String: [String]] = [:]) {
    self.type = type
    self.options = options
  }

  enum CodingKeys: String, CodingKey {
    case type, options, variables
    case rawVariables = "raw_variables"
  }
}
