import Diagnostics
import Launch
import Linux
import Spec

extension LaunchDraft {
  mutating func addProcess() throws(Failure) {
    var process = ProcessLaunch()
    process.arguments = program.arguments
    process.environment = program.environment
    process.workingDirectory = program.workingDirectory.isEmpty ? "/" : program.workingDirectory
    guard process.workingDirectory.hasPrefix("/") else {
      throw Failure(.invalidInput, "\"\(process.workingDirectory)\" is no absolute path", subject: "working_dir")
    }
    process.createsWorkingDirectory = true
    process.user = program.user
    process.groups = spec.groups
    process.terminal = spec.tty
    message.container.process = process
  }

  mutating func addSecurity(_ settings: SecuritySettings, filter: [UInt8]?) throws(Failure) {
    var security = SecurityLaunch()
    security.capabilities = settings.capabilities.rawValue
    security.noNewPrivileges = settings.noNewPrivileges
    security.appArmorProfile = settings.appArmorProfile
    security.seccomp = filter ?? []
    if let adjustment = spec.resources.oomScoreAdj { security.oomScoreAdjustment = Int32(clamping: adjustment) }
    for (name, limit) in spec.ulimits.sorted(by: { $0.key < $1.key }) {
      security.rlimits.append(try ResourceLimit(name, limit))
    }
    message.container.security = security
    if settings.showsSystemPaths {
      message.container.maskedPaths = []
      message.container.readOnlyPaths = []
    }
    if settings.writableCgroups {
      for index in message.container.mounts.indices where message.container.mounts[index].kind == .cgroup {
        message.container.mounts[index].flags &= ~MountFlags.readOnly.rawValue
      }
    }
  }
}

extension ResourceLimit {
  init(_ name: String, _ limit: Ulimit) throws(Failure) {
    let bare = name.lowercased().hasPrefix("rlimit_") ? String(name.lowercased().dropFirst(7)) : name.lowercased()
    guard let number = ProcessControl.limitNames.firstIndex(of: bare) else {
      throw Failure(.invalidInput, "there is no such limit", subject: "ulimits.\(name)")
    }
    func value(_ value: Int64) -> UInt64 { value < 0 ? .max : UInt64(value) }
    guard value(limit.soft) <= value(limit.hard) else {
      throw Failure(
        .invalidInput, "the soft limit \(limit.soft) is above the hard limit \(limit.hard)", subject: "ulimits.\(name)")
    }
    self.init(resource: UInt32(number), soft: value(limit.soft), hard: value(limit.hard))
  }
}
