/// What it takes to make a container's field what it should be.
enum FieldEffect: Int, Comparable {
  /// The container does not depend on it.
  case none
  /// The kernel and the records can be changed under the running container.
  case inPlace
  /// Fixed when the container is made.
  case recreate

  static func < (a: FieldEffect, b: FieldEffect) -> Bool { a.rawValue < b.rawValue }

  /// By the attribute's path inside the definition of a container. An attribute that is not listed is fixed when the
  /// container is made: forgetting one recreates once too often and is never wrong.
  static func of(_ path: [String], isSet: Bool) -> FieldEffect {
    switch path[0] {
    case "pull_policy": .none
    case "labels", "annotations", "restart": .inPlace
    // An update can set them, not take them back to "as the image says".
    case "stop_signal", "stop_grace_period": isSet ? .inPlace : .recreate
    case "resources": ofResource(path.count > 1 ? path[1] : "")
    default: .recreate
    }
  }

  /// Limits that are plain cgroup settings. Weights and rates of devices cannot be taken back on cgroup v1 without
  /// knowing which were set, and the OOM score belongs to the processes.
  private static func ofResource(_ name: String) -> FieldEffect {
    switch name {
    case "cpus", "cpu_shares", "cpu_quota", "cpu_period", "cpuset", "cpuset_mems", "mem_limit", "memswap_limit",
      "mem_reservation",
      "pids_limit", "blkio_weight":
      .inPlace
    default: .recreate
    }
  }
}
