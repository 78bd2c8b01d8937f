import CLinux
import Glibc

/// The names in the calling thread's UTS namespace (uts_namespaces(7)).
public enum HostName {
  /// sethostname(2)
  public static func set(_ name: String) throws(SystemError) { try set(SYS_sethostname, name, "setting host name") }

  /// setdomainname(2)
  public static func setDomain(_ name: String) throws(SystemError) {
    try set(SYS_setdomainname, name, "setting domain name")
  }

  private static func set(_ call: Int32, _ name: String, _ step: String) throws(SystemError) {
    try check(step, name) { name.withCString { systemCall(call, $0.address, name.utf8.count) } }
  }
}
