import Launch

/// One step of making a container's root, from inside its fresh mount namespace. The list is made without touching
/// anything (`BuildPlan`); `RootBuilder` carries it out.
enum Step: Hashable, Sendable {
  /// Nothing that is mounted from here on is seen by the host, and nothing of the host appears here.
  case separate
  case hostname(String)
  case domainname(String)
  case root(RootLaunch)
  /// Number `source` of the prepared bind sources, on the mount's target.
  case bind(MountLaunch, source: Int)
  case fileSystem(MountLaunch)
  case device(DeviceLaunch)
  case link(at: String, to: String)
  case cgroupNamespace
  case cgroup(MountLaunch, CgroupLaunch)
  /// The terminal is made, its controlling end handed over, its other end put on /dev/console.
  case terminal(rows: UInt16, columns: UInt16)
  case sysctl(NamedValue)
  case readOnly(String)
  case mask(String)
  case workingDirectory(String)
  case sealRoot
  case propagateRoot(UInt64)
  case enterRoot
  case hook(HookLaunch)
  /// Hooks of the host are run by who made this process.
  case awaitHost
}

/// The wording of golden files and of `davit`'s debugging output: one line a step.
extension Step: CustomStringConvertible {
  var description: String {
    switch self {
    case .separate: "make every mount private"
    case .hostname(let name): "set host name \(name)"
    case .domainname(let name): "set domain name \(name)"
    case .root(let root):
      root.kind == .overlay
        ? "mount overlay on \(root.mountPoint): lower=\(root.lower.joined(separator: ":")) upper=\(root.upper) work=\(root.work)"
          + root.options.map { " \($0)" }.joined()
        : "bind root \(root.lower.first ?? "") on \(root.mountPoint)"
    case .bind(let mount, let source): "bind #\(source) \(mount.subject) on \(mount.target)\(options(mount))"
    case .fileSystem(let mount):
      "mount \(mount.fileSystem) on \(mount.target)\(options(mount))\(mount.data.isEmpty ? "" : " data=\(mount.data)")"
    case .device(let device):
      "make device \(device.path) \(device.major):\(device.minor) mode=\(String(device.mode, radix: 8)) "
        + "owner=\(device.uid):\(device.gid)"
    case .link(let path, let target): "link \(path) -> \(target)"
    case .cgroupNamespace: "make the cgroup namespace"
    case .cgroup(let mount, let cgroup):
      "mount cgroup on \(mount.target)\(options(mount)): "
        + (cgroup.version == .v2
          ? "unified" : cgroup.directories.map { $0.controllers.joined(separator: ",") }.joined(separator: " "))
    case .terminal(let rows, let columns): "make terminal \(rows)x\(columns)"
    case .sysctl(let setting): "set sysctl \(setting.name)=\(setting.value)"
    case .readOnly(let path): "make read-only \(path)"
    case .mask(let path): "mask \(path)"
    case .workingDirectory(let path): "make the working directory \(path)"
    case .sealRoot: "make the root read-only"
    case .propagateRoot(let flags): "set propagation of the root \(hex(flags))"
    case .enterRoot: "pivot into the root"
    case .awaitHost: "wait for the hooks of the host"
    case .hook(let hook): "run the \(hook.moment) hook \(hook.path)"
    }
  }

  private func options(_ mount: MountLaunch) -> String {
    var text = mount.flags == 0 ? "" : " flags=\(hex(mount.flags))"
    if mount.propagation != 0 { text += " propagation=\(hex(mount.propagation))" }
    if mount.recursiveReadOnly {
      text += mount.requiresRecursiveReadOnly ? " must-be-read-only-below" : " read-only-below"
    }
    if mount.creation == .file { text += " file" }
    return text
  }

  private func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
}
