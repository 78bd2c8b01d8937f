import Glibc
import Launch
import Linux

extension Container {
  /// As `Clone.process`, but in a user namespace that exists, to which the fresh ones then belong. A process cannot come
  /// back from there, so that a passing child goes, makes the container's as its sibling, and ends. The sibling is born
  /// in the passing child's control groups: its own root may not put anybody into the host's.
  func makeProcess(
    _ fresh: Namespaces, among users: Int32, in birthplace: Descriptor?, _ parent: ParentChannel, _ child: ChildChannel
  ) throws(LaunchFailure) -> ProcessDescriptor? {
    let (ours, theirs) = try reporting { () throws(SystemError) in try UnixSocket.pair() }
    let passing = try reporting { () throws(SystemError) in try Clone.process(cgroup: birthplace) }
    guard let passing else {
      do {
        if birthplace == nil { try cgroup.enter() }
        if try becomeParent(fresh, among: users, tell: theirs) { return nil }
        _exit(0)
      } catch {
        child.report(error)
        _exit(125)
      }
    }
    theirs.close()
    defer { ours.close() }
    _ = try? ChildStatus.reap(passing.pid)
    let sibling = try? ours.receive(upTo: 1).descriptors.first
    guard let sibling, let pid = sibling.heldProcess else {
      child.socket.close()
      _ = try parent.awaitProgram()
      throw LaunchFailure(step: "entering the user namespace")
    }
    return ProcessDescriptor(pid: pid, owning: sibling)
  }

  /// - Returns: `true` in the container's first process.
  private func becomeParent(_ fresh: Namespaces, among users: Int32, tell socket: Descriptor) throws(LaunchFailure)
    -> Bool
  {
    // What the host's root may do and that of the container may not.
    try ChildBuilder.begin(launch.process, launch.security)
    return try reporting { () throws(SystemError) in
      for limit in launch.security.rlimits { try ProcessControl.allow(resource: limit.resource, hard: limit.hard) }
      try Descriptor(owning: users).join(.user)
      try Identity.become(uid: 0, gid: 0, groups: [])
      guard let first = try Clone.process(fresh, asSibling: true) else { return true }
      try socket.send([1], passing: [first.descriptor])
      return false
    }
  }
}
