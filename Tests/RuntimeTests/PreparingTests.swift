import Diagnostics
import Launch
import Linux
import Spec
import Testing

@testable import Runtime

@Suite struct PreparingTests {
  private func draft(_ change: (inout ContainerSpec) -> Void = { _ in }, network: Bool = true) throws -> LaunchDraft {
    var spec = ContainerSpec(name: "web", image: "app:1")
    change(&spec)
    var resources = LaunchResources(id: "c1", root: RootLaunch())
    if network { resources.network = try Descriptor.open("/dev/null") }
    resources.hostsFile = "/c1/hosts"
    for mount in spec.mounts { resources.mounts.append((mount, mount.source)) }
    var program = ProgramSettings(arguments: ["run"])
    program.hostname = "web"
    return LaunchDraft(spec: spec, program: program, resources: resources)
  }

  private func mounts(_ change: (inout ContainerSpec) -> Void = { _ in }) throws -> [String] {
    var draft = try draft(change)
    try draft.addMounts()
    return draft.message.container.mounts.map(\.target)
  }

  @Test("The standard file systems come first, then what was asked for, parents before children")
  func order() throws {
    let found = try mounts {
      $0.mounts = [
        MountSpec(.tmpfs, target: "/srv/data/cache"), MountSpec(.bind, source: "/x", target: "/srv"),
        MountSpec(.bind, source: "/y", target: "/srv/data"),
      ]
    }
    #expect(
      found == [
        "/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/sys", "/sys/fs/cgroup", "/srv", "/srv/data",
        "/etc/hosts", "/srv/data/cache",
      ])
  }

  @Test("A mount at the place of a standard one, or of /etc/hosts, takes its place")
  func replaced() throws {
    let found = try mounts {
      $0.mounts = [
        MountSpec(.bind, source: "/dev", target: "/dev/"), MountSpec(.bind, source: "/h", target: "/etc/hosts"),
      ]
    }
    #expect(found == ["/proc", "/sys", "/sys/fs/cgroup", "/dev/", "/etc/hosts"])
  }

  @Test("Two mounts on one place, and one on the root, are refused")
  func impossibleMounts() throws {
    for targets in [["/a", "/a/"], ["/"]] {
      #expect(throws: Failure.self) {
        _ = try mounts { $0.mounts = targets.map { MountSpec(.bind, source: "/x", target: $0) } }
      }
    }
  }

  @Test("A read-only container cannot write its own host names either", arguments: [true, false])
  func readOnlyNames(isReadOnly: Bool) throws {
    var draft = try draft { $0.readOnly = isReadOnly }
    try draft.addMounts()
    let hosts = try #require(draft.message.container.mounts.first { $0.target == "/etc/hosts" })
    #expect(MountFlags(rawValue: hosts.flags).contains(.readOnly) == isReadOnly)
  }

  @Test("ipc modes decide about /dev/shm")
  func sharedMemory() throws {
    #expect(try !mounts { $0.ipc = .none }.contains("/dev/shm"))
    var host = try draft { $0.ipc = .host }
    try host.addMounts()
    #expect(host.message.container.mounts.first { $0.target == "/dev/shm" }?.kind == .bind)
    var sized = try draft { $0.shmSize = 1 << 30 }
    try sized.addMounts()
    #expect(sized.message.container.mounts.first { $0.target == "/dev/shm" }?.data == "mode=1777,size=1073741824")
  }

  @Test("A read-only bind is read-only below too, as far as was asked")
  func recursion() throws {
    func mount(_ recursive: String?) throws -> MountLaunch {
      var spec = MountSpec(.bind, source: "/x", target: "/y", readOnly: true)
      spec.recursive = recursive
      return try MountLaunch(spec, source: "/x")
    }
    #expect(try mount(nil).recursiveReadOnly)
    #expect(try !mount(nil).requiresRecursiveReadOnly)
    #expect(try mount("readonly").requiresRecursiveReadOnly)
    #expect(try !mount("writable").recursiveReadOnly)
    #expect(try !mount("disabled").recursiveReadOnly)
    #expect(try MountFlags(rawValue: mount("disabled").flags) == .readOnly)
  }

  @Test("Options of a tmpfs change its flags or go to the file system")
  func tmpfs() throws {
    var spec = MountSpec(.tmpfs, target: "/t")
    spec.tmpfsOptions = ["exec", "uid=5", "ro"]
    spec.tmpfsSize = 4096
    spec.tmpfsMode = 0o700
    let mount = try MountLaunch(spec, source: "")
    #expect(MountFlags(rawValue: mount.flags) == [.noSetUserID, .noDevices, .readOnly])
    #expect(mount.data == "uid=5,size=4096,mode=700")
    spec.tmpfsOptions = ["speed=fast"]
    #expect(throws: Failure.self) { try MountLaunch(spec, source: "") }
  }

  @Test("Namespaces are fresh, joined or the host's, as their modes say")
  func namespaces() throws {
    var own = try draft()
    try own.addNamespaces()
    #expect(own.message.container.namespaces.map(\.kind) == [.mount, .pid, .ipc, .uts, .network, .cgroup])
    #expect(own.message.container.namespaces.first { $0.kind == .network }?.join == Descriptors.first)
    #expect(own.message.container.hostname == "web")

    var host = try draft(
      {
        $0.pid = .host
        $0.ipc = .host
        $0.uts = .host
        $0.cgroup = .host
      }, network: false)
    try host.addNamespaces()
    #expect(host.message.container.namespaces.map(\.kind) == [.mount])
    #expect(host.message.container.hostname.isEmpty)
  }

  @Test("Sysctls that would change the machine are refused by name")
  func sysctls() throws {
    for (name, change): (String, (inout ContainerSpec) -> Void) in [
      ("kernel.panic", { _ in }), ("vm.swappiness", { _ in }), ("kernel.shmmax", { $0.ipc = .host }),
      ("kernel.domainname", { $0.uts = .host }),
    ] {
      var draft = try draft {
        change(&$0)
        $0.sysctls = [name: "1"]
      }
      #expect(throws: Failure.self, "\(name)") { try draft.addSysctls() }
    }
    var onHost = try draft({ $0.sysctls = ["net.core.somaxconn": "1"] }, network: false)
    #expect(throws: Failure.self) { try onHost.addSysctls() }
    var fine = try draft { $0.sysctls = ["net/core/somaxconn": "1", "kernel.msgmax": "9"] }
    try fine.addSysctls()
    #expect(
      fine.message.container.sysctls.map(\.name) == [
        "kernel.msgmax", "net.core.somaxconn", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range",
      ])
  }

  @Test("Limits have the kernel's names, and the soft one is not above the hard one")
  func limits() throws {
    #expect(
      try ResourceLimit("nofile", Ulimit(soft: 10, hard: 20)) == ResourceLimit(resource: 7, soft: 10, hard: 20))
    #expect(try ResourceLimit("RLIMIT_CORE", Ulimit(soft: -1, hard: -1)).soft == .max)
    #expect(throws: Failure.self) { try ResourceLimit("nofiles", Ulimit(soft: 1, hard: 1)) }
    #expect(throws: Failure.self) { try ResourceLimit("nofile", Ulimit(soft: 2, hard: 1)) }
  }

  @Test("A health check becomes a command line, with Docker's times where none are given")
  func health() throws {
    let shell = try #require(
      try HealthLaunch(HealthcheckSpec(test: ["CMD-SHELL", "curl a | b"]), shell: ["/bin/sh", "-c"]))
    #expect(shell.arguments == ["/bin/sh", "-c", "curl a | b"])
    #expect(shell.interval == 30_000_000_000)
    #expect(shell.retries == 3)
    #expect(try HealthLaunch(.none, shell: []) == nil)
    #expect(throws: Failure.self) { try HealthLaunch(HealthcheckSpec(test: ["RUN", "x"]), shell: []) }
  }

  @Test("Everything together becomes one message that names its descriptors by number")
  func whole() throws {
    let runtime = Runtime(
      .init(shim: "", cgroupParent: "davit", cache: "/tmp/davit-test-none-\(UInt32.random(in: 0 ... .max))"))
    defer { try? removeTree(runtime.settings.cache) }
    let draft = try draft()
    var resources = draft.resources
    resources.firstClient = try Descriptor.open("/dev/null")
    let prepared = try runtime.prepare(draft.spec, draft.program, resources)
    #expect(prepared.descriptors.count == 2)
    #expect(prepared.message.streams.firstClient == Descriptors.first + 1)
    #expect(prepared.message.container.process.arguments == ["run"])
    #expect(!prepared.message.container.security.seccomp.isEmpty)
    #expect(try LaunchMessage(decoding: prepared.message.encoded()) == prepared.message)
  }
}
