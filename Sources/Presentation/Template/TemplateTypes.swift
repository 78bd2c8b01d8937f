/// What the types of fields say that JSON does not. Docker runs templates on Go's values, where what is not there has a type
/// all the same: `{{.Config.Labels}}` of an image without any is `map[]`, and `{{if .State.Health}}` is no mistake of a
/// container without a check, though its JSON has neither.
public struct TemplateTypes: Sendable {
  enum Kind {
    case text, number, boolean, list
    /// By keys that people choose; of texts, what is not there is an empty one.
    case texts, mapping
    case pointer

    var isMapping: Bool { self == .texts || self == .mapping }

    /// What a field that is left out holds.
    var zero: JSONValue {
      switch self {
      case .text: .string("")
      case .number: .integer(0)
      case .boolean: .boolean(false)
      case .list, .texts, .mapping, .pointer: .null
      }
    }

    /// As Go prints `nil` of it.
    var nothing: String {
      switch self {
      case .text: ""
      case .number: "0"
      case .boolean: "false"
      case .list: "[]"
      case .texts, .mapping: "map[]"
      case .pointer: "<nil>"
      }
    }
  }

  /// Fields that objects may leave out. Any other that is not there is a mistake in the template.
  var optional: Set<String> = []

  /// Rows of lists have every field that they may be asked for.
  public static let rows = TemplateTypes()
  /// What `inspect` shows of containers, images, networks and volumes.
  public static let inspection = TemplateTypes(optional: [
    "ArgsEscaped", "AttachStderr", "AttachStdin", "AttachStdout", "Container", "ContainerConfig", "ExposedPorts",
    "Health", "Healthcheck", "Image", "MacAddress", "Mounts", "NetworkDisabled", "Node", "OpenStdin", "OsVersion",
    "Shell",
    "SizeRootFs", "SizeRw", "StdinOnce", "StopSignal", "StopTimeout", "Tmpfs", "Tty", "Variant", "VirtualSize",
  ])

  private static let kinds: [String: Kind] = {
    let names: [(Kind, String)] = [
      (.text, "Container Image MacAddress OsVersion StopSignal Variant"),
      (.number, "VirtualSize"),
      (.boolean, "ArgsEscaped AttachStderr AttachStdin AttachStdout NetworkDisabled OpenStdin StdinOnce Tty"),
      (.texts, "Annotations Data DriverOpts Labels LogOpts Options StorageOpt Sysctls Tmpfs"),
      (.mapping, "ExposedPorts Networks PortBindings Ports Volumes"),
      (.pointer, "ContainerConfig Health Healthcheck Init MemorySwappiness Node OomKillDisable PidsLimit SizeRootFs"),
      (.pointer, "SizeRw StopTimeout"),
      (.list, "Args Binds BlkioDeviceReadBps BlkioDeviceReadIOps BlkioDeviceWriteBps BlkioDeviceWriteIOps"),
      (.list, "BlkioWeightDevice CapAdd CapDrop Cmd DeviceCgroupRules DeviceRequests Devices Dns DnsOptions DnsSearch"),
      (.list, "Entrypoint Env ExecIDs ExtraHosts GroupAdd Layers Links MaskedPaths Mounts OnBuild ReadonlyPaths"),
      (.list, "RepoDigests RepoTags SecurityOpt Shell Ulimits VolumesFrom"),
    ]
    return names.reduce(into: [:]) { known, entry in
      for name in entry.1.split(separator: " ") { known[String(name)] = entry.0 }
    }
  }()

  static func kind(of field: String) -> Kind? { kinds[field] }
}
