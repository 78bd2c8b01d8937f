import Linux

/// A service manager ends everything in the control group of a unit or session when that ends (systemd.kill(5)). A
/// container outlives the command that started it, so its shim leaves the group for one beside the containers'.
enum UnitEscape {
  /// The control groups that a shim joins, one for each hierarchy in which processes are told apart; empty where the
  /// command that starts it is in no unit.
  /// - Parameters:
  ///   - membership: the text of /proc/self/cgroup.
  ///   - mounts: the text of /proc/self/mounts.
  static func places(parent: String, membership: String, mounts: String) -> [String] {
    var places: [String] = []
    for line in membership.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, isUnit(fields[2]) else { continue }
      let mountPoint: String? =
        switch fields[1] {
        case "": mount(of: "cgroup2", in: mounts)
        case "name=systemd": mount(of: "cgroup", with: "name=systemd", in: mounts)
        default: nil
        }
      if let mountPoint { places.append("\(mountPoint)/\(parent)/shims") }
    }
    return places
  }

  static func places(parent: String) -> [String] {
    guard let membership = try? readText("/proc/self/cgroup"),
      membership.contains(".service") || membership.contains(".scope")
    else { return [] }
    return places(parent: parent, membership: membership, mounts: (try? readText("/proc/self/mounts")) ?? "")
  }

  private static func isUnit(_ path: Substring) -> Bool {
    path.split(separator: "/").contains { $0.hasSuffix(".service") || $0.hasSuffix(".scope") }
  }

  private static func mount(of type: String, with option: String? = nil, in mounts: String) -> String? {
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count >= 4, fields[2] == type else { continue }
      if let option, !fields[3].split(separator: ",").contains(Substring(option)) { continue }
      return String(fields[1])
    }
    return nil
  }
}
