import Glibc
import Launch
import Linux

/// Which users of the host those of a fresh user namespace are (user_namespaces(7)).
enum IdentityMaps {
  static func write(_ launch: ContainerLaunch, of pid: Int32) throws(LaunchFailure) {
    try reporting { () throws(SystemError) in
      try writeExisting(text(launch.userMappings), to: "/proc/\(pid)/uid_map", step: "mapping users in")
      try writeExisting(text(launch.groupMappings), to: "/proc/\(pid)/gid_map", step: "mapping groups in")
    }
  }

  static func text(_ mappings: [IDMapping]) -> String {
    mappings.map { "\($0.inside) \($0.outside) \($0.count)\n" }.joined()
  }
}
