import Testing

@testable import Runtime

@Suite("A shim in a unit") struct UnitEscapeTests {
  private let unified = "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n"
  private let hybrid = """
    cgroup /sys/fs/cgroup/systemd cgroup rw,xattr,name=systemd 0 0
    cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
    cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0
    """

  @Test("leaves the control group of a service or session for one beside the containers'")
  func leaves() {
    #expect(
      UnitEscape.places(parent: "davit", membership: "0::/system.slice/davit-resume.service\n", mounts: unified)
        == ["/sys/fs/cgroup/davit/shims"])
    #expect(
      UnitEscape.places(
        parent: "davit",
        membership: "4:memory:/x.scope\n1:name=systemd:/user.slice/session-2.scope\n0::/user.slice/session-2.scope\n",
        mounts: hybrid) == ["/sys/fs/cgroup/systemd/davit/shims", "/sys/fs/cgroup/unified/davit/shims"])
  }

  @Test("stays where it is outside of units")
  func stays() {
    #expect(UnitEscape.places(parent: "davit", membership: "0::/\n", mounts: unified).isEmpty)
    #expect(UnitEscape.places(parent: "davit", membership: "0::/docker/abc\n", mounts: unified).isEmpty)
  }
}
