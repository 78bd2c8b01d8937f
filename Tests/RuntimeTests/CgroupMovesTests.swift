import Testing

@testable import Runtime

@Suite("The move that prepares the kernel for others")
struct CgroupMovesTests {
  private let hybrid = CgroupLayout(
    mounts: """
      cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
      cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0
      cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0
      """)

  @Test("goes to the group in which the process is, whatever the order of the controllers")
  func ownGroup() {
    let file = CgroupMoves.ownProcesses(hybrid, "4:cpuacct,cpu:/user/me\n3:memory:/user\n0::/unified\n")
    #expect(file == "/sys/fs/cgroup/cpu,cpuacct/user/me/cgroup.procs")
  }

  @Test("goes to the top where the process is at the top")
  func top() {
    #expect(CgroupMoves.ownProcesses(hybrid, "3:memory:/\n") == "/sys/fs/cgroup/memory/cgroup.procs")
  }

  @Test("is left out where the own group is above what can be seen")
  func outside() {
    #expect(CgroupMoves.ownProcesses(hybrid, "3:memory:/../..\n") == nil)
  }

  @Test("is left out where children are born in their groups")
  func unified() {
    let layout = CgroupLayout(mounts: "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n")
    #expect(CgroupMoves.ownProcesses(layout, "0::/user.slice\n") == nil)
  }
}
