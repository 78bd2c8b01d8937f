import Diagnostics
import Launch
import Spec

extension LaunchDraft {
  private static let ipcNames: Set<String> = [
    "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax",
    "kernel.shmmni", "kernel.shm_rmid_forced",
  ]

  /// Only what the kernel keeps for each namespace, and only where the container has that namespace to itself: anything
  /// else would change the host.
  mutating func addSysctls() throws(Failure) {
    var settings: [String: String] = [:]
    if resources.network != nil, case .container = spec.networkMode {
    } else if resources.network != nil {
      // Docker's defaults: every port may be listened on, and ping needs no capability.
      settings["net.ipv4.ip_unprivileged_port_start"] = "0"
      // Groups that the container has no number for are refused.
      let last = spec.userns == .private ? IdentityRange.count - 1 : UInt32(Int32.max)
      settings["net.ipv4.ping_group_range"] = "0 \(last)"
    }
    for (name, value) in spec.sysctls {
      let dotted = name.contains(".") ? name : String(name.map { $0 == "/" ? "." : $0 })
      try check(dotted)
      settings[dotted] = value
    }
    message.container.sysctls = settings.sorted { $0.key < $1.key }.map { NamedValue($0.key, $0.value) }
  }

  private func check(_ name: String) throws(Failure) {
    func refuse(_ why: String) -> Failure { Failure(.invalidInput, why, subject: "sysctls.\(name)") }
    if LaunchDraft.ipcNames.contains(name) || name.hasPrefix("fs.mqueue.") {
      if spec.ipc == .host { throw refuse("cannot be set in the host's ipc namespace") }
    } else if name.hasPrefix("net.") {
      if resources.network == nil { throw refuse("cannot be set in the host's network namespace") }
    } else if name == "kernel.domainname" || name == "kernel.hostname" {
      if spec.uts == .host { throw refuse("cannot be set in the host's uts namespace") }
    } else {
      throw refuse("is not kept for each container, so it can only be set for the whole machine")
    }
  }
}
