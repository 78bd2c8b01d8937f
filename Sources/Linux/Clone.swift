import CLinux
import Glibc

/// `struct clone_args` of clone3(2), up to `cgroup`.
private struct CloneArguments {
  var flags: UInt64 = 0
  var pidfd: UInt64 = 0
  var childTID: UInt64 = 0
  var parentTID: UInt64 = 0
  var exitSignal: UInt64 = UInt64(SIGCHLD)
  var stack: UInt64 = 0
  var stackSize: UInt64 = 0
  var tls: UInt64 = 0
  var setTID: UInt64 = 0
  var setTIDSize: UInt64 = 0
  var cgroup: UInt64 = 0
}

public enum Clone {
  private static let pidfdFlag: UInt64 = 0x1000
  private static let siblingFlag: UInt64 = 0x8000
  private static let intoCgroupFlag: UInt64 = 0x2_0000_0000

  /// Makes a child with a copy of this process' memory, in fresh `namespaces`, born in the (v2) `cgroup`. Returns
  /// `nil` in the child, and the child in the parent.
  ///
  /// Only for single-threaded processes: the child has just this thread, and locks that others held stay locked.
  /// - Parameter asSibling: it becomes a child of this process' parent, which must reap it.
  public static func process(
    _ namespaces: Namespaces = [], cgroup: Descriptor? = nil, asSibling: Bool = false
  ) throws(SystemError) -> ProcessDescriptor? {
    var pidfd: Int32 = -1
    var arguments = CloneArguments()
    arguments.flags = namespaces.rawValue | pidfdFlag
    if asSibling {
      arguments.flags |= siblingFlag
      // A sibling's end is reported as its maker's is (clone(2), CLONE_PARENT).
      arguments.exitSignal = 0
    }
    if let cgroup {
      arguments.flags |= intoCgroupFlag
      arguments.cgroup = UInt64(cgroup.raw)
    }
    let pid = withUnsafeMutablePointer(to: &pidfd) { pidfd in
      arguments.pidfd = UInt64(UInt(bitPattern: pidfd))
      if Kernel.has(.clone3) {
        let result = withUnsafePointer(to: &arguments) { clinux_clone3($0, MemoryLayout<CloneArguments>.size) }
        if result != -Int(ENOSYS) { return result }
        Kernel.forgo(.clone3)
      }
      if cgroup != nil { return -Int(EOPNOTSUPP) }
      // clone(2): the flags with the signal; the pidfd comes where the parent's thread id would.
      return systemCall(SYS_clone, Int(arguments.flags | arguments.exitSignal), 0, pidfd.address, 0, 0)
    }
    if pid < 0 { throw SystemError("creating a process", errno: Int32(-pid)) }
    if pid == 0 { return nil }
    return ProcessDescriptor(pid: Int32(pid), owning: Descriptor(owning: pidfd))
  }
}
