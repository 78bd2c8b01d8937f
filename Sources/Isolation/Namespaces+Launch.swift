import Launch
import Linux

extension NamespaceLaunch.Kind {
  var flag: Namespaces {
    switch self {
    case .mount: .mount
    case .pid: .pid
    case .network: .network
    case .ipc: .ipc
    case .uts: .uts
    case .cgroup: .cgroup
    case .user: .user
    case .time: .time
    }
  }
}

/// The namespaces of others that a new process is to be born in. This process goes there for the moment of birth and
/// comes back: a process id namespace can be had in no other way, and a child that begins in a user namespace of its
/// own could not join what the host owns any more.
struct NamespaceDetour {
  private var joins: [(namespace: Descriptor, home: Descriptor, kind: Namespaces)] = []

  init(_ namespaces: [NamespaceLaunch]) throws(LaunchFailure) {
    for namespace in namespaces {
      // From a user namespace nobody comes back.
      guard let join = namespace.join, namespace.kind != .user else { continue }
      let kind = namespace.kind.flag
      let home = try reporting { () throws(SystemError) in try kind.openOwn() }
      joins.append((Descriptor(owning: join), home, kind))
    }
  }

  /// The number belongs to the message, which is used again at the next start.
  func finish() { for join in joins { _ = join.namespace.release() } }

  func enter() throws(LaunchFailure) {
    for join in joins {
      try during("joining the container's namespace", join.kind.procName) { () throws(SystemError) in
        try join.namespace.join(join.kind)
      }
    }
  }

  func comeBack() throws(LaunchFailure) {
    for join in joins {
      try during("leaving the container's namespace", join.kind.procName) { () throws(SystemError) in
        try join.home.join(join.kind)
      }
    }
  }
}
