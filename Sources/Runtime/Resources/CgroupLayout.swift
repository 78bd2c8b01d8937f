import Linux

/// Where this machine has its control groups. A hybrid machine, with the older controllers beside an empty unified
/// hierarchy, counts as v1.
struct CgroupLayout: Hashable, Sendable {
  struct Hierarchy: Hashable, Sendable {
    /// Empty for the unified one.
    var controllers: [String]
    var mountPoint: String
  }

  enum Version: Hashable, Sendable { case none, v1, v2 }

  var version: Version
  var hierarchies: [Hierarchy]

  /// - Parameter mounts: the text of /proc/self/mounts.
  init(mounts: String) {
    var older: [Hierarchy] = []
    var unified: Hierarchy?
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count >= 4 else { continue }
      let mountPoint = String(fields[1])
      switch fields[2] {
      case "cgroup2": if unified == nil { unified = Hierarchy(controllers: [], mountPoint: mountPoint) }
      case "cgroup":
        let controllers = fields[3].split(separator: ",").map { String($0) }.filter(CgroupLayout.isController)
        if !controllers.isEmpty, !older.contains(where: { $0.controllers == controllers }) {
          older.append(Hierarchy(controllers: controllers, mountPoint: mountPoint))
        }
      default: continue
      }
    }
    if !older.isEmpty {
      (version, hierarchies) = (.v1, older)
    } else if let unified {
      (version, hierarchies) = (.v2, [unified])
    } else {
      (version, hierarchies) = (.none, [])
    }
  }

  static let machine = CgroupLayout(mounts: (try? readText("/proc/self/mounts")) ?? "")

  /// Named hierarchies (`name=systemd`) limit nothing, so a container gets no folder there.
  private static func isController(_ option: String) -> Bool {
    [
      "cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids", "net_cls", "net_prio", "hugetlb",
      "perf_event", "rdma", "misc",
    ].contains(option)
  }
}
