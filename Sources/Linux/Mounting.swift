import CLinux
import Glibc

/// mount(2). Arguments that the call ignores may be empty. `target` is a trusted path: for places in a container's
/// tree pass the `procPath` of a descriptor.
public func mount(
  _ source: String = "", on target: String, type: String = "", flags: MountFlags = [], data: String = "",
  step: String = "mounting on"
) throws(SystemError) {
  try check(step, target) {
    source.withCString { source in
      target.withCString { target in
        type.withCString { type in
          data.withCString { data in
            systemCall(SYS_mount, source.address, target.address, type.address, Int(flags.rawValue), data.address)
          }
        }
      }
    }
  }
}

/// umount2(2). `detached` takes it out of sight at once even if it is in use.
public func unmount(_ target: String, detached: Bool = false) throws(SystemError) {
  try check("unmounting", target) {
    target.withCString { systemCall(SYS_umount2, $0.address, (detached ? 2 : 0) | 8 /* UMOUNT_NOFOLLOW */) }
  }
}

extension Descriptor {
  /// A detached copy of the mount at this place, to be put elsewhere by `moveMount` (open_tree(2), OPEN_TREE_CLONE).
  public func cloneTree(_ name: String = "", recursive: Bool = false) throws(SystemError) -> Descriptor {
    let flags = 1 | Int(O_CLOEXEC) | Int(clinux_AT_EMPTY_PATH) | (recursive ? 0x8000 : 0)
    return Descriptor(
      owning: Int32(
        try check("copying the mount of", name) {
          name.withCString { systemCall(SYS_open_tree, Int(raw), $0.address, flags) }
        }))
  }

  /// Puts this detached mount on `target` (move_mount(2)).
  public func moveMount(to target: Descriptor) throws(SystemError) {
    // MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH
    try check("placing a mount") {
      "".withCString {
        systemCall(SYS_move_mount, Int(raw), $0.address, Int(target.raw), $0.address, 0x04 | 0x40)
      }
    }
  }

  /// Changes the attributes of the mount at this place (mount_setattr(2)); `recursive` of all below it too.
  /// - Parameter users: the user namespace through whose maps owners are seen, for `.identityMap`.
  public func setMountAttributes(
    set: MountAttributes = [], clear: MountAttributes = [], propagation: MountFlags = [], users: Descriptor? = nil,
    recursive: Bool = false
  ) throws(SystemError) {
    // struct mount_attr: attr_set, attr_clr, propagation, userns_fd
    var attributes = (set.rawValue, clear.rawValue, propagation.rawValue, UInt64(users?.raw ?? 0))
    let flags = Int(clinux_AT_EMPTY_PATH) | (recursive ? 0x8000 : 0)
    try check("changing mount attributes") {
      "".withCString { empty in
        withUnsafeMutablePointer(to: &attributes) {
          systemCall(SYS_mount_setattr, Int(raw), empty.address, flags, $0.address, 32)
        }
      }
    }
  }
}

/// pivot_root(2) with both arguments `.`, then the old root is taken away: the working directory becomes `/`, and
/// nothing of the former tree can be reached by a path. The working directory must be a mount point.
public func pivotRootHere() throws(SystemError) {
  let old = try Descriptor.open("/", .anchor)
  try check("pivoting into the root") {
    ".".withCString { systemCall(SYS_pivot_root, $0.address, $0.address) }
  }
  // The old root is stacked on the new one; see pivot_root(2), NOTES. Nothing that is unmounted here may spread to
  // where it came from.
  try check("entering the old root") { systemCall(SYS_fchdir, Int(old.raw)) }
  try mount(on: ".", flags: [.slave, .recursive], step: "separating the old root")
  try check("unmounting the old root") { ".".withCString { systemCall(SYS_umount2, $0.address, 2) } }
  try check("entering the new root") { "/".withCString { systemCall(SYS_chdir, $0.address) } }
}
