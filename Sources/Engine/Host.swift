import Diagnostics
import Glibc
import Linux

/// Where Davit keeps its things on this machine and with which privileges it works. Everything else is told.
public struct Host: Hashable, Sendable {
  /// What outlives a reboot: images, containers, volumes, networks, projects.
  public var root: String
  /// What a reboot ends: states, sockets, names. On a tmpfs.
  public var run: String
  /// The cgroup under which containers live, relative to each hierarchy's root.
  public var cgroupParent: String
  /// The program that accompanies each container.
  public var shim: String

  public init(root: String, run: String, cgroupParent: String, shim: String) {
    self.root = root
    self.run = run
    self.cgroupParent = cgroupParent
    self.shim = shim
  }

  /// The host as the environment (`DAVIT_ROOT`, `DAVIT_RUN`, `DAVIT_CGROUP_PARENT`, `DAVIT_SHIM`) and the place of
  /// this program say. The only place in Davit's libraries where the environment is read.
  public static func fromEnvironment() -> Host {
    func setting(_ name: String) -> String? {
      guard let value = getenv(name), value.pointee != 0 else { return nil }
      return String(cString: value)
    }
    // For tests on a new kernel of what is done on an old one.
    if let features = setting("DAVIT_FORGO") { Kernel.forgo(KernelFeature(names: features)) }
    return Host(
      root: setting("DAVIT_ROOT") ?? "/var/lib/davit", run: setting("DAVIT_RUN") ?? "/run/davit",
      cgroupParent: setting("DAVIT_CGROUP_PARENT") ?? "davit", shim: setting("DAVIT_SHIM") ?? shimBesideThisProgram())
  }

  /// Throws where this process may not do what containers need.
  public func requirePrivileges() throws(Failure) {
    guard geteuid() == 0 else {
      throw Failure(
        .notPermitted, "containers need root for now, and this is user \(geteuid())",
        hint: "run the command with sudo")
    }
  }

  private static func shimBesideThisProgram() -> String {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    let program = length > 0 ? String(decoding: buffer[..<length], as: UTF8.self) : "/usr/bin/davit"
    let folder = program.lastIndex(of: "/").map { String(program[..<$0]) } ?? "."
    let beside = "\(folder)/davit-shim"
    return access(beside, X_OK) == 0 ? beside : "\(folder)/../libexec/davit/davit-shim"
  }
}
