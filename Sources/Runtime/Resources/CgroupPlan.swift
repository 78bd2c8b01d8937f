import Diagnostics
import Isolation
import Launch
import Linux
import Spec

extension Runtime {
  /// The control groups of a container: folders, and what is written to them. Nothing is made yet.
  /// - Parameter devices: what its programs may open; empty: nothing is said about devices (`update`).
  public func cgroup(for spec: ContainerSpec, id: String, devices: [DeviceRule] = []) throws(Failure)
    -> (launch: CgroupLaunch, warnings: [Warning])
  {
    let parent = spec.cgroupParent.flatMap { $0.isEmpty ? nil : $0 } ?? settings.cgroupParent
    let names = parent.split(separator: "/").map { String($0) }
    guard !names.contains("..") else {
      throw Failure(.invalidInput, "\"\(parent)\" leads out of the hierarchy", subject: "cgroup_parent")
    }
    let path = (names + [id]).joined(separator: "/")
    return try CgroupPlan.make(
      spec.resources, devices: devices, layout: .machine, path: path, deviceNumbers: CgroupPlan.numbers)
  }

  /// The control groups of a container that was started earlier, to look at or remove them.
  public func controlGroup(for spec: ContainerSpec, id: String) throws(Failure) -> any ControlGroup {
    try cgroup(for: spec, id: id).launch.controlGroup
  }
}

/// `ResourceSpec` → folders and writes. Pure: what must be asked of the machine is passed in.
enum CgroupPlan {
  /// - Parameters:
  ///   - path: below each hierarchy: `davit/<id>`.
  ///   - deviceNumbers: `major:minor` of a block device's path.
  static func make(
    _ resources: ResourceSpec, devices: [DeviceRule], layout: CgroupLayout, path: String,
    deviceNumbers: (String) throws(Failure) -> String
  ) throws(Failure) -> (launch: CgroupLaunch, warnings: [Warning]) {
    var launch = CgroupLaunch()
    var warnings: [Warning] = []
    launch.directories = layout.hierarchies.map {
      CgroupLaunch.Directory(controllers: $0.controllers, path: "\($0.mountPoint)/\(path)")
    }
    switch layout.version {
    case .none:
      launch.version = .none
      if resources != ResourceSpec() {
        warnings.append(Warning("this machine has no control groups: limits on memory, processors… have no effect"))
      }
    case .v1:
      launch.version = .v1
      let settings = try CgroupV1Settings(resources, devices: devices, deviceNumbers: deviceNumbers)
      for setting in settings.list {
        guard let folder = launch.directory(of: setting.controller) else {
          if !setting.optional {
            warnings.append(Warning("this machine has no \(setting.controller) controller: \(setting.file) is not set"))
          }
          continue
        }
        launch.writes.append(
          .init(path: "\(folder)/\(setting.file)", value: setting.value, optional: setting.optional))
      }
    case .v2:
      launch.version = .v2
      let settings = try CgroupV2Settings(resources, deviceNumbers: deviceNumbers)
      warnings += settings.warnings
      let folder = launch.directories[0].path
      launch.writes = settings.list.map {
        .init(path: "\(folder)/\($0.file)", value: $0.value, optional: $0.optional)
      }
      if !devices.isEmpty, !devices.contains(where: { $0.kind == .all }) {
        launch.deviceProgram = DeviceFilter.program(devices)
      }
    }
    return (launch, warnings)
  }

  static func numbers(_ path: String) throws(Failure) -> String {
    let status: FileStatus
    do { status = try FileStatus.of(path) } catch { throw Failure(error, subject: "blkio_config") }
    guard status.kind == .blockDevice else {
      throw Failure(.invalidInput, "\(path) is no block device", subject: "blkio_config")
    }
    return "\(status.major):\(status.minor)"
  }
}

/// One file of a cgroup and what is written to it.
struct CgroupSetting: Hashable, Sendable {
  /// Of v1; unused in v2.
  var controller = ""
  var file: String
  var value: String
  /// Docker passes over its absence too: the kernel was built without it.
  var optional = false
}

extension ResourceSpec {
  /// The period and quota in microseconds that `cpus`, or `cpu_quota` and `cpu_period`, stand for.
  var bandwidth: (quota: Int64?, period: Int64?) {
    guard let nanoCPUs, nanoCPUs > 0 else {
      return (cpuQuota.flatMap { $0 == 0 ? nil : $0 }, cpuPeriod.flatMap { $0 == 0 ? nil : $0 })
    }
    let period: Int64 = 100_000
    return (nanoCPUs * period / 1_000_000_000, period)
  }

  /// Memory and swap together. As Docker has it, half of it is swap when only the memory was given.
  var memoryAndSwap: Int64? {
    if let memorySwap, memorySwap != 0 { return memorySwap }
    return memory.flatMap { $0 > 0 ? $0 * 2 : nil }
  }
}
