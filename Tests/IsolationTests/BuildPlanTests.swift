import Launch
import Linux
import Testing

@testable import Isolation

@Suite struct BuildPlanTests {
  private func script(_ container: ContainerLaunch) -> String {
    BuildPlan.steps(for: container).map(\.description).joined(separator: "\n")
  }

  @Test("A container's root is made in this order, and nothing else is done")
  func order() {
    #expect(
      script(sampleContainer()) == """
        make every mount private
        make the cgroup namespace
        set host name web
        mount overlay on /c1/root: lower=/layers/b:/layers/a upper=/c1/upper work=/c1/work
        mount proc on /proc flags=0xe
        mount tmpfs on /dev flags=0x1000002 data=mode=755,size=65536k
        make device /dev/null 1:3 mode=20666 owner=0:0
        link /dev/fd -> /proc/self/fd
        link /dev/stdin -> /proc/self/fd/0
        link /dev/stdout -> /proc/self/fd/1
        link /dev/stderr -> /proc/self/fd/2
        link /dev/ptmx -> pts/ptmx
        link /dev/core -> /proc/kcore
        mount devpts on /dev/pts flags=0xa data=newinstance
        mount cgroup on /sys/fs/cgroup flags=0x1: unified
        bind #0 volume data on /data
        bind #1 secret token on /run/secrets/token flags=0x1 file
        set sysctl net.core.somaxconn=4096
        make read-only /proc/sys
        mask /proc/kcore
        mask /sys/firmware
        pivot into the root
        """)
  }

  @Test("A container in the host's cgroup namespace makes none")
  func hostCgroups() {
    var container = sampleContainer()
    container.namespaces.removeAll { $0.kind == .cgroup }
    #expect(!BuildPlan.steps(for: container).contains(.cgroupNamespace))
  }

  @Test("A /dev that is the host's own gets no nodes and no links")
  func hostDevices() {
    var container = sampleContainer()
    container.mounts.removeAll { $0.target == "/dev" }
    container.mounts.append(bind("bind /dev", "/dev", "/dev", .recursive))
    let text = script(container)
    #expect(!text.contains("make device"))
    #expect(!text.contains("link /dev"))
  }

  @Test("A read-only root is sealed after everything that must be made in it, and before it is entered")
  func readOnlyRoot() {
    var container = sampleContainer()
    container.root.readOnly = true
    container.process.createsWorkingDirectory = true
    container.process.workingDirectory = "/app"
    let steps = BuildPlan.steps(for: container)
    #expect(steps.suffix(2) == [.sealRoot, .enterRoot])
    #expect(steps.contains(.workingDirectory("/app")))
  }

  @Test("A container in the host's uts namespace does not rename the host")
  func hostNames() {
    var container = sampleContainer()
    container.namespaces.removeAll { $0.kind == .uts }
    #expect(!script(container).contains("set host name"))
    container.namespaces.append(.init(.uts, join: 9))
    #expect(!script(container).contains("set host name"))
  }

  @Test("A terminal is made once /dev/pts is there")
  func terminal() throws {
    var container = sampleContainer()
    container.process.terminal = true
    (container.process.rows, container.process.columns) = (24, 80)
    let lines = script(container).split(separator: "\n").map { String($0) }
    let made = try #require(lines.firstIndex(of: "make terminal 24x80"))
    let pts = try #require(lines.firstIndex { $0.hasPrefix("mount devpts") })
    #expect(pts < made)
  }

  @Test("Older hierarchies are mounted one by one")
  func olderCgroups() {
    var container = sampleContainer()
    container.cgroup.version = .v1
    container.cgroup.directories = [
      .init(controllers: ["cpu", "cpuacct"], path: "/sys/fs/cgroup/cpu/davit/c1"),
      .init(controllers: ["memory"], path: "/sys/fs/cgroup/memory/davit/c1"),
    ]
    #expect(script(container).contains("mount cgroup on /sys/fs/cgroup flags=0x1: cpu,cpuacct memory"))
  }

  @Test("Hooks of devices run when everything is mounted and nothing hidden, or when the root is entered")
  func hooks() throws {
    var container = sampleContainer()
    for (moment, path) in [
      (HookLaunch.Moment.startContainer, "/late"), (.createContainer, "/early"), (.poststop, "/after"),
      (.createRuntime, "/host"),
    ] {
      var hook = HookLaunch()
      (hook.moment, hook.path) = (moment, path)
      container.hooks.append(hook)
    }
    let lines = script(container).split(separator: "\n").map { String($0) }
    let early = try #require(lines.firstIndex(of: "run the createContainer hook /early"))
    let hidden = try #require(lines.firstIndex { $0.hasPrefix("make read-only") })
    let mounted = try #require(lines.lastIndex { $0.hasPrefix("bind #") })
    #expect(mounted < early && early < hidden)
    #expect(lines[early - 1] == "wait for the hooks of the host")
    #expect(lines.suffix(2) == ["pivot into the root", "run the startContainer hook /late"])
  }
}
