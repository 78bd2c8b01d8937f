import Diagnostics
import Launch
import Linux
import Spec

extension LaunchDraft {
  private static let standard: [(name: String, major: UInt32, minor: UInt32)] = [
    ("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9), ("tty", 5, 0),
  ]

  mutating func addDevices() throws(Failure) {
    deviceRules = DeviceRule.standard
    for device in LaunchDraft.standard {
      var node = DeviceLaunch()
      node.path = "/dev/\(device.name)"
      node.hostPath = node.path
      node.mode = 0o020666
      node.major = device.major
      node.minor = device.minor
      message.container.devices.append(node)
    }
    if spec.privileged {
      try addAll(below: "/dev")
      deviceRules = [DeviceRule(.all, nil, nil, "rwm")]
    }
    for device in spec.devices { try add(device) }
    for hook in spec.deviceHooks {
      var launch = HookLaunch()
      launch.moment = HookLaunch.Moment(hook.moment)
      launch.path = hook.path
      launch.arguments = hook.arguments
      launch.environment = hook.environment
      launch.timeout = hook.timeout ?? 0
      launch.bundle = resources.bundle
      launch.id = resources.id
      message.container.hooks.append(launch)
    }
    for text in spec.deviceCgroupRules {
      guard let rule = DeviceRule(text) else {
        throw Failure(
          .invalidInput, "\"\(text)\" is no rule", subject: "device_cgroup_rules", hint: "write it like c 1:3 mr")
      }
      deviceRules.append(rule)
    }
  }

  private mutating func add(_ device: DeviceSpec) throws(Failure) {
    guard device.source.hasPrefix("/") else {
      throw Failure(.invalidInput, "\(device.source) is no path", subject: "devices")
    }
    guard !device.permissions.isEmpty, device.permissions.allSatisfy({ "rwm".contains($0) }) else {
      throw Failure(
        .invalidInput, "\"\(device.permissions)\" are no permissions", subject: "devices", hint: "of r, w and m")
    }
    let status: FileStatus
    do { status = try FileStatus.of(device.source) } catch {
      throw Failure(error, subject: "devices")
    }
    let target = device.target.isEmpty ? device.source : device.target
    switch status.kind {
    case .directory:
      // All that are in it, as Docker does with /dev/snd.
      for name in (try? listDirectory(device.source)) ?? [] {
        let inner = DeviceSpec(
          source: device.source + "/" + name, target: target + "/" + name, permissions: device.permissions)
        guard let kind = try? FileStatus.of(inner.source, following: false).kind,
          [.directory, .characterDevice, .blockDevice].contains(kind)
        else { continue }
        try add(inner)
      }
    case .characterDevice, .blockDevice:
      append(status, source: device.source, target: target)
      message.container.devices.withLast { node in
        if let mode = device.mode { node.mode = node.mode & ~0o7777 | mode & 0o7777 }
        node.uid = device.uid ?? node.uid
        node.gid = device.gid ?? node.gid
      }
      let kind: DeviceRule.Kind = status.kind == .blockDevice ? .block : .character
      deviceRules.append(DeviceRule(kind, status.major, status.minor, device.permissions))
    default: throw Failure(.invalidInput, "\(device.source) is no device", subject: "devices")
    }
  }

  private mutating func append(_ status: FileStatus, source: String, target: String) {
    var node = DeviceLaunch()
    node.path = target
    node.hostPath = source
    node.mode = (status.kind == .blockDevice ? 0o060000 : 0o020000) | status.permissions
    node.major = status.major
    node.minor = status.minor
    node.uid = status.uid
    node.gid = status.gid
    message.container.devices.removeAll { $0.path == target }
    message.container.devices.append(node)
  }

  /// A privileged container sees the host's devices, without what is the container's own.
  private mutating func addAll(below folder: String) throws(Failure) {
    for name in (try? listDirectory(folder)) ?? [] {
      let path = folder + "/" + name
      if ["/dev/pts", "/dev/shm", "/dev/fd", "/dev/mqueue", "/dev/console", "/dev/ptmx"].contains(path) { continue }
      guard let status = try? FileStatus.of(path, following: false) else { continue }
      switch status.kind {
      case .directory: try addAll(below: path)
      case .characterDevice, .blockDevice: append(status, source: path, target: path)
      default: continue
      }
    }
  }
}

extension HookLaunch.Moment {
  fileprivate init(_ moment: DeviceHook.Moment) {
    self =
      switch moment {
      case .prestart: .prestart
      case .createRuntime: .createRuntime
      case .createContainer: .createContainer
      case .startContainer: .startContainer
      case .poststart: .poststart
      case .poststop: .poststop
      }
  }
}

extension Array {
  fileprivate mutating func withLast(_ body: (inout Element) -> Void) {
    if !isEmpty { body(&self[count - 1]) }
  }
}
