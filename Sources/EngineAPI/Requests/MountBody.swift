/// One entry of `HostConfig.Mounts`.
public struct MountBody: Decodable, Sendable {
  public var type: String?
  public var source: String?
  public var target: String?
  public var readOnly: Bool?
  public var bind: Bind?
  public var volume: Volume?
  public var tmpfs: Tmpfs?
  public var image: Image?

  public struct Bind: Decodable, Sendable {
    public var propagation: String?
    public var nonRecursive: Bool?
    public var createMountpoint: Bool?
    public var readOnlyNonRecursive: Bool?
    public var readOnlyForceRecursive: Bool?

    enum CodingKeys: String, CodingKey {
      case propagation = "Propagation"
      case nonRecursive = "NonRecursive"
      case createMountpoint = "CreateMountpoint"
      case readOnlyNonRecursive = "ReadOnlyNonRecursive"
      case readOnlyForceRecursive = "ReadOnlyForceRecursive"
    }
  }

  public struct Volume: Decodable, Sendable {
    public struct Driver: Decodable, Sendable {
      public var name: String?
      public var options: [String: String]?

      enum CodingKeys: String, CodingKey {
        case name = "Name"
        case options = "Options"
      }
    }

    public var noCopy: Bool?
    public var labels: [String: String]?
    public var driver: Driver?
    public var subpath: String?

    enum CodingKeys: String, CodingKey {
      case noCopy = "NoCopy"
      case labels = "Labels"
      case driver = "DriverConfig"
      case subpath = "Subpath"
    }
  }

  public struct Tmpfs: Decodable, Sendable {
    public var size: Int64?
    public var mode: UInt32?
    public var options: [[String]]?

    enum CodingKeys: String, CodingKey {
      case size = "SizeBytes"
      case mode = "Mode"
      case options = "Options"
    }
  }

  public struct Image: Decodable, Sendable {
    public var subpath: String?

    enum CodingKeys: String, CodingKey {
      case subpath = "Subpath"
    }
  }

  enum CodingKeys: String, CodingKey {
    case type = "Type"
    case source = "Source"
    case target = "Target"
    case readOnly = "ReadOnly"
    case bind = "BindOptions"
    case volume = "VolumeOptions"
    case tmpfs = "TmpfsOptions"
    case image = "ImageOptions"
  }
}
