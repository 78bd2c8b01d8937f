/// Which extended attributes of a layer are set.
///
/// `trusted.*` and `user.overlay.*` steer overlayfs itself, `security.*` but capabilities belongs to the host's own
/// policy (SELinux labels, IMA signatures), and other names mean nothing to the kernel.
enum AttributePolicy {
  static func allows(_ name: String) -> Bool {
    if name.hasPrefix("user.") { return !name.hasPrefix("user.overlay.") && name.utf8.count > 5 }
    return name == "security.capability" || name == "system.posix_acl_access" || name == "system.posix_acl_default"
  }
}
