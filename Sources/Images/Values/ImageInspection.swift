import OCI

/// What `docker image inspect` says of an image. The coding keys are Docker's.
public struct ImageInspection: Encodable, Sendable {
  public var id: Digest
  public var repoTags: [String]
  public var repoDigests: [String]
  public let parent = ""
  public var comment: String
  public var created: String?
  public var dockerVersion: String
  public var author: String
  public var config: Config
  public var architecture: String
  public var variant: String?
  public var os: String
  public var osVersion: String?
  /// Bytes of the files of the unpacked layers.
  public var size: Int64
  public var graphDriver: GraphDriver
  public var rootFS: RootFS
  public var metadata: Metadata
  public var descriptor: ContentDescriptor

  /// The configuration with Docker's habit of writing most fields even when they are empty, which templates rely on.
  public struct Config: Encodable, Sendable {
    public var parameters: ExecutionParameters

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: ExecutionParameters.CodingKeys.self)
      try container.encode(parameters.hostname ?? "", forKey: .hostname)
      try container.encode(parameters.domainname ?? "", forKey: .domainname)
      try container.encode(parameters.user ?? "", forKey: .user)
      try container.encode(parameters.environment.isEmpty ? nil : parameters.environment, forKey: .environment)
      try container.encode(parameters.command, forKey: .command)
      try container.encode(
        parameters.volumes.isEmpty ? nil : EmptyObjects(keys: parameters.volumes), forKey: .volumes)
      try container.encode(parameters.workingDirectory ?? "", forKey: .workingDirectory)
      try container.encode(parameters.entrypoint, forKey: .entrypoint)
      try container.encode(parameters.onBuild.isEmpty ? nil : parameters.onBuild, forKey: .onBuild)
      try container.encode(parameters.labels.isEmpty ? nil : parameters.labels, forKey: .labels)
      if !parameters.exposedPorts.isEmpty {
        try container.encode(EmptyObjects(keys: parameters.exposedPorts), forKey: .exposedPorts)
      }
      try container.encodeIfPresent(parameters.argumentsEscaped, forKey: .argumentsEscaped)
      try container.encodeIfPresent(parameters.healthcheck, forKey: .healthcheck)
      try container.encodeIfPresent(parameters.stopSignal, forKey: .stopSignal)
      try container.encodeIfPresent(parameters.shell, forKey: .shell)
    }
  }

  /// Where the layers lie, topmost first.
  public struct GraphDriver: Encodable, Sendable {
    public var name = "overlay"
    public var data: [String: String]

    enum CodingKeys: String, CodingKey {
      case name = "Name"
      case data = "Data"
    }
  }

  public struct RootFS: Encodable, Sendable {
    public var type = "layers"
    public var layers: [Digest]

    enum CodingKeys: String, CodingKey {
      case type = "Type"
      case layers = "Layers"
    }
  }

  public struct Metadata: Encodable, Sendable {
    /// RFC 3339; `nil` for an image that was never given a name.
    public var lastTagTime: String?

    enum CodingKeys: String, CodingKey {
      case lastTagTime = "LastTagTime"
    }
  }

  enum CodingKeys: String, CodingKey {
    case id = "Id"
    case repoTags = "RepoTags"
    case repoDigests = "RepoDigests"
    case parent = "Parent"
    case comment = "Comment"
    case created = "Created"
    case dockerVersion = "DockerVersion"
    case author = "Author"
    case config = "Config"
    case architecture = "Architecture"
    case variant = "Variant"
    case os = "Os"
    case osVersion = "OsVersion"
    case size = "Size"
    case graphDriver = "GraphDriver"
    case rootFS = "RootFS"
    case metadata = "Metadata"
    case descriptor = "Descriptor"
  }
}
