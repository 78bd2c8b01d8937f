import Glibc

/// A user namespace in which nobody is yet, and a network namespace that belongs to it: its root may do there what
/// root does with a network (user_namespaces(7)).
public struct UserNamespace: Sendable {
  public let users: Descriptor
  public let network: Descriptor

  /// - Parameters:
  ///   - users: the lines of uid_map.
  ///   - groups: the lines of gid_map.
  public static func make(users: String, groups: String) throws(SystemError) -> UserNamespace {
    // A namespace is made by a process that enters it. This one does nothing else, so that it may be the copy of a
    // process with several threads.
    let holder = try Clone.process([.user, .network])
    guard let holder else { while true { pause() } }
    defer {
      _ = try? holder.send(signal: SIGKILL)
      _ = try? ChildStatus.reap(holder.pid)
    }
    try writeExisting(users, to: "/proc/\(holder.pid)/uid_map", step: "mapping users in")
    try writeExisting(groups, to: "/proc/\(holder.pid)/gid_map", step: "mapping groups in")
    return UserNamespace(
      users: try Namespaces.user.open(of: holder.pid), network: try Namespaces.network.open(of: holder.pid))
  }
}
