import Diagnostics
import Linux
import Spec
import YAML

/// What vendors say of their devices: specifications of the Container Device Interface in /etc/cdi and /var/run/cdi
/// (cncf-tags/container-device-interface, SPEC.md).
struct DeviceRegistry {
  static let folders = ["/etc/cdi", "/var/run/cdi"]
  /// Stands for whatever vendor has GPUs here.
  static let anyGPU = "*/gpu"

  /// A device by its qualified name, and what it asks for.
  private var devices: [String: ContainerEdits] = [:]
  /// Of all devices of a kind, `vendor.com/class`.
  private var common: [String: ContainerEdits] = [:]

  /// Whether the entry of `devices` names one of a registry: `vendor.com/class=name`.
  static func isQualified(_ name: String) -> Bool {
    !name.hasPrefix("/") && name.contains("=") && name.prefix { $0 != "=" }.contains("/")
  }

  /// A later folder's device stands for one of the same name in an earlier one.
  init(folders: [String] = Self.folders) throws(Failure) {
    for folder in folders {
      for name in (try? listDirectory(folder)) ?? [] where name.hasSuffix(".json") || name.hasSuffix(".yaml") {
        try read("\(folder)/\(name)")
      }
    }
  }

  private mutating func read(_ path: String) throws(Failure) {
    let root = try Self.description(path)
    guard let kind = root["kind"]?.string, kind.contains("/") else {
      throw Failure(.invalidInput, "this description of devices has no kind like vendor.com/class", subject: path)
    }
    do { try add(root, kind: kind) } catch { throw error.about(path) }
  }

  private static func description(_ path: String) throws(Failure) -> Node {
    do {
      return try Node.documents(in: readFile(path, limit: 8 << 20), from: Source(name: path)).first ?? Node(.null)
    } catch {
      throw Failure(.invalidInput, "this description of devices cannot be read", subject: path, causes: ["\(error)"])
    }
  }

  private mutating func add(_ root: Node, kind: String) throws(Failure) {
    common[kind] = try ContainerEdits(root["containerEdits"])
    for device in root["devices"]?.sequence ?? [] {
      guard let name = Self.name(device["name"]) else { continue }
      devices["\(kind)=\(name)"] = try ContainerEdits(device["containerEdits"])
    }
  }

  /// A name of digits is a number for YAML.
  private static func name(_ node: Node?) -> String? {
    guard let node else { return nil }
    if let text = node.string { return text }
    guard let number = node.int else { return nil }
    return "\(number)"
  }

  /// The specification with its devices of the registry replaced by what they stand for.
  func resolved(_ spec: ContainerSpec) throws(Failure) -> ContainerSpec {
    var result = spec
    result.devices = []
    var kinds: Set<String> = []
    for device in spec.devices {
      guard Self.isQualified(device.source) else {
        result.devices.append(device)
        continue
      }
      let name = try qualified(device.source)
      guard let edits = devices[name] else {
        throw Failure(
          .notFound, "there is no device \(device.source)", subject: "devices",
          hint: devices.isEmpty
            ? "no description of devices is in \(Self.folders.joined(separator: " or "))"
            : "there are \(devices.keys.sorted().joined(separator: ", "))")
      }
      let kind = String(name.prefix { $0 != "=" })
      if kinds.insert(kind).inserted { try common[kind]?.apply(to: &result, for: kind) }
      try edits.apply(to: &result, for: name)
    }
    return result
  }

  /// With a vendor in place of the star: the first that has the device, NVIDIA before others.
  private func qualified(_ name: String) throws(Failure) -> String {
    guard name.hasPrefix(Self.anyGPU + "=") else { return name }
    let rest = name.dropFirst(1)
    let found = devices.keys.filter { $0.hasSuffix(rest) }.sorted()
    guard let first = found.first(where: { $0.hasPrefix("nvidia.com/") }) ?? found.first else {
      throw Failure(
        .notFound, "no vendor describes a GPU \"\(name.split(separator: "=").last ?? "")\"", subject: "gpus",
        hint: "descriptions are read from \(Self.folders.joined(separator: " and ")); "
          + "`nvidia-ctk cdi generate` writes NVIDIA's")
    }
    return first
  }
}

/// What a device changes in a container.
struct ContainerEdits {
  private var environment: [String] = []
  private var nodes: [DeviceSpec] = []
  private var mounts: [MountSpec] = []
  private var groups: [String] = []
  private var hooks: [DeviceHook] = []
  /// What makes this device unusable, while others of its description may be used.
  private var problem: Failure?
  /// What else there is, by its key.
  private var unknown: [String] = []

  init(_ node: Node?) throws(Failure) {
    for entry in node?.mapping?.entries ?? [] {
      let items = entry.value.sequence ?? []
      switch entry.key {
      case "env": environment = items.compactMap(\.string)
      case "deviceNodes":
        for item in items { nodes.append(try Self.device(item)) }
      case "mounts":
        for item in items { mounts.append(try Self.mount(item)) }
      case "hooks":
        for item in items { try addHook(item) }
      case "additionalGids": groups = items.compactMap { Self.number($0) }.map { "\($0)" }
      default: if entry.value.mapping?.entries.isEmpty == false || !items.isEmpty { unknown.append(entry.key) }
      }
    }
  }

  private mutating func addHook(_ node: Node) throws(Failure) {
    let name = node["hookName"]?.string ?? ""
    guard let path = node["path"]?.string, path.hasPrefix("/") else {
      throw Failure(.invalidInput, "hook \(name) has no absolute path", subject: "hooks")
    }
    guard let moment = DeviceHook.Moment(rawValue: name) else {
      problem = Failure(
        .invalidInput, "there is no moment \(name) at which \(path) could be run", subject: "hooks",
        hint: "there are createRuntime, createContainer, startContainer, poststart and poststop")
      return
    }
    func texts(_ key: String) -> [String] { (node[key]?.sequence ?? []).compactMap(\.string) }
    hooks.append(
      DeviceHook(
        moment: moment, path: path, arguments: texts("args"), environment: texts("env"),
        timeout: Self.number(node["timeout"])))
  }

  private static func device(_ node: Node) throws(Failure) -> DeviceSpec {
    guard let path = node["path"]?.string, path.hasPrefix("/") else {
      throw Failure(.invalidInput, "a device node has no absolute path", subject: "deviceNodes")
    }
    var device = DeviceSpec(
      source: node["hostPath"]?.string ?? path, target: path, permissions: node["permissions"]?.string ?? "rwm")
    device.mode = number(node["fileMode"])
    device.uid = number(node["uid"])
    device.gid = number(node["gid"])
    return device
  }

  private static func number(_ node: Node?) -> UInt32? {
    guard let number = node?.int else { return nil }
    return UInt32(truncatingIfNeeded: number)
  }

  private static func mount(_ node: Node) throws(Failure) -> MountSpec {
    guard let source = node["hostPath"]?.string, let target = node["containerPath"]?.string else {
      throw Failure(.invalidInput, "a mount has no hostPath and containerPath", subject: "mounts")
    }
    let options = (node["options"]?.sequence ?? []).compactMap(\.string)
    var mount = MountSpec(.bind, source: source, target: target, readOnly: options.contains("ro"))
    mount.createHostPath = false
    mount.propagation = options.first { ["rshared", "shared", "rslave", "slave", "rprivate", "private"].contains($0) }
    return mount
  }

  func apply(to spec: inout ContainerSpec, for device: String) throws(Failure) {
    if let problem { throw problem.about("device \(device)") }
    if let key = unknown.first {
      throw Failure(.unsupported, "device \(device) asks for \(key), which Davit does not know", subject: "devices")
    }
    for variable in environment {
      guard let equals = variable.firstIndex(of: "=") else { continue }
      spec.environment[String(variable[..<equals])] = String(variable[variable.index(after: equals)...])
    }
    for node in nodes where !spec.devices.contains(node) { spec.devices.append(node) }
    for mount in mounts where !spec.mounts.contains(where: { $0.target == mount.target }) { spec.mounts.append(mount) }
    spec.deviceHooks += hooks.filter { !spec.deviceHooks.contains($0) }
    for group in groups where !spec.groups.contains(group) { spec.groups.append(group) }
  }
}
