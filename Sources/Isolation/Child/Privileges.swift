import Glibc
import Launch
import Linux

/// The last of root: limits, identity, capabilities, filter. The order is what the kernel's rules leave open: the
/// bounding set and the groups need capabilities, the filter needs CAP_SYS_ADMIN or no_new_privs and must come last,
/// because it may forbid what comes before.
enum Privileges {
  static func drop(to account: Account, _ security: SecurityLaunch) throws(LaunchFailure) {
    for limit in security.rlimits {
      try reporting { () throws(SystemError) in
        try ProcessControl.setLimit(resource: limit.resource, soft: limit.soft, hard: limit.hard)
      }
    }
    let wanted = CapabilitySet(rawValue: security.capabilities)
    let final = account.uid == 0 ? wanted : []
    let filters = !security.seccomp.isEmpty
    let filtersAsRoot = filters && !security.noNewPrivileges
    try reporting { () throws(SystemError) in
      try wanted.limitBounding()
      if filtersAsRoot, account.uid != 0 { try ProcessControl.setKeepCapabilities(true) }
      try Identity.become(uid: account.uid, gid: account.gid, groups: account.groups)
      if filtersAsRoot {
        let during = final.union(CapabilitySet([Capability.sysAdmin]))
        try CapabilitySet.set(permitted: during, effective: during)
        try ProcessControl.setSeccomp(program: security.seccomp, flags: security.seccompFlags)
        try CapabilitySet.set(permitted: final, effective: final)
      } else {
        try CapabilitySet.set(permitted: final, effective: final)
        if security.noNewPrivileges { try ProcessControl.setNoNewPrivileges() }
        if filters { try ProcessControl.setSeccomp(program: security.seccomp, flags: security.seccompFlags) }
      }
    }
  }
}
