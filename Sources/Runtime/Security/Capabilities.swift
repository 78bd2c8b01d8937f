import Diagnostics
import Linux

extension CapabilitySet {
  /// The 14 that Docker leaves to a container's root.
  static let usual = CapabilitySet([
    Capability.chown, .dacOverride, .fsetid, .fowner, .mknod, .netRaw, .setgid, .setuid, .setfcap, .setpcap,
    .netBindService, .sysChroot, .kill, .auditWrite,
  ])

  /// `cap_add` and `cap_drop` as Docker reads them: `ALL` first, then one by one; what is both added and dropped by
  /// name is dropped. Capabilities that the kernel or this process lacks cannot be given.
  static func container(added: [String], dropped: [String], privileged: Bool) throws(Failure) -> CapabilitySet {
    let available = CapabilitySet.bounding.intersection(.all)
    if privileged { return available }
    func parse(_ names: [String], _ attribute: String) throws(Failure) -> (all: Bool, named: CapabilitySet) {
      var named: CapabilitySet = []
      var all = false
      for name in names {
        if name.uppercased() == "ALL" || name.uppercased() == "CAP_ALL" {
          all = true
        } else if let capability = Capability(named: name) {
          named.formUnion(CapabilitySet([capability]))
        } else {
          throw Failure(.invalidInput, "there is no capability \"\(name)\"", subject: attribute)
        }
      }
      return (all, named)
    }
    let add = try parse(added, "cap_add")
    let drop = try parse(dropped, "cap_drop")
    let start: CapabilitySet = add.all ? available : drop.all ? [] : usual
    return start.union(add.named).subtracting(drop.named).intersection(available)
  }
}
