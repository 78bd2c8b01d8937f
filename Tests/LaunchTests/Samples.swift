@testable import Launch

/// A message in which no field has its default, so that a field that is forgotten on the wire is noticed.
func fullMessage() -> LaunchMessage {
  var message = LaunchMessage()
  message.container = fullContainer()
  message.paths.state = "/run/davit/containers/c/state.json"
  message.paths.attachSocket = "/run/davit/containers/c/attach.sock"
  message.paths.exitRecord = "/var/lib/davit/containers/c/exit.json"
  message.paths.lock = "/run/davit/containers/c/shim.lock"
  message.streams.stdinOpen = true
  message.streams.stdinOnce = true
  message.streams.firstClient = 9
  message.log.driver = .none
  message.log.path = "/var/lib/davit/containers/c/c-json.log"
  message.log.maximumSize = 10_000_000
  message.log.maximumFiles = 3
  message.log.attributes = [NamedValue("tier", "wéb")]
  var forward = LogForwardLaunch()
  forward.address = [1, 0, 47, 120]
  forward.isStream = true
  forward.format = .journal
  forward.facility = 17
  forward.tag = "web"
  forward.hostname = "here"
  forward.fields = [NamedValue("CONTAINER_ID", "abc")]
  message.log.forward = forward
  message.stop.signal = 3
  message.stop.timeout = -1
  message.restart = RestartLaunch()
  message.restart.condition = .onFailure
  message.restart.maximumRetries = 4
  message.restart.delay = 5
  message.restart.window = .max
  message.health = HealthLaunch()
  message.health!.arguments = ["/bin/sh", "-c", "exit 0"]
  message.health!.interval = 1
  message.health!.timeout = 2
  message.health!.startPeriod = 3
  message.health!.startInterval = 4
  message.health!.retries = 5
  message.dns = DNSLaunch()
  message.dns!.port = 5353
  message.dns!.namesDirectories = ["/run/davit/networks/n/names"]
  message.dns!.upstreams = ["192.0.2.53"]
  message.dns!.insideUpstreams = ["[2001:db8::53]:5353"]
  message.dns!.search = ["example.org"]
  var port = PortLaunch()
  port.descriptor = 7
  port.transport = .udp
  port.address = "172.18.0.2"
  port.port = 80
  port.isHeld = true
  message.ports = [port]
  message.exitNetlink = [Datagram([1, 0, 255]), Datagram([2])]
  message.unlinkOnExit = ["/run/davit/networks/n/names/c"]
  message.events.journal = "/run/davit/events/journal"
  message.events.actor = EventText.actor("c0ffee", [("name", "web")])
  message.events.farewell = [EventsLaunch.Entry(type: "network", action: "disconnect", actor: [123])]
  message.remover = ["/usr/bin/davit", "container", "rm"]
  message.removerEnvironment = ["DAVIT_ROOT=/var/lib/davit"]
  message.ownCgroups = ["/sys/fs/cgroup/davit/shims"]
  return message
}

func fullContainer() -> ContainerLaunch {
  var container = ContainerLaunch()
  container.id = "c0ffee"
  container.hostname = "web"
  container.domainname = "example.org"
  container.root.kind = .directory
  container.root.lower = ["/layers/b", "/layers/a"]
  container.root.upper = "/containers/c/upper"
  container.root.work = "/containers/c/work"
  container.root.mountPoint = "/run/davit/root"
  container.root.options = ["metacopy=off"]
  container.root.readOnly = true
  container.root.propagation = 1 << 20
  var mount = MountLaunch()
  mount.kind = .fileSystem
  mount.subject = "volume data"
  mount.source = "/volumes/data/_data"
  mount.sourceNamespace = 9
  mount.sourceDescriptor = 6
  mount.target = "/data"
  mount.fileSystem = "tmpfs"
  mount.flags = .max
  mount.propagation = 1 << 18
  mount.data = "size=64k"
  mount.recursiveReadOnly = true
  mount.requiresRecursiveReadOnly = true
  mount.identityMapped = true
  mount.creation = .file
  container.mounts = [mount, MountLaunch()]
  container.namespaces = [NamespaceLaunch(.network, join: 5), NamespaceLaunch(.pid)]
  container.rootUser = 100_000
  container.rootGroup = 200_000
  container.process = fullProcess()
  container.security = fullSecurity()
  var device = DeviceLaunch()
  device.path = "/dev/fuse"
  device.hostPath = "/dev/fuse"
  device.mode = 0o020666
  device.major = 10
  device.minor = 229
  device.uid = 1
  device.gid = 2
  container.devices = [device]
  container.sysctls = [NamedValue("net.core.somaxconn", "4096")]
  container.maskedPaths = ["/proc/kcore"]
  container.readOnlyPaths = ["/proc/sys"]
  container.cgroup.version = .v1
  container.cgroup.directories = [.init(controllers: ["memory"], path: "/sys/fs/cgroup/memory/davit/c")]
  container.cgroup.writes = [
    .init(path: "/sys/fs/cgroup/memory/davit/c/memory.limit_in_bytes", value: "1", optional: true)
  ]
  container.cgroup.deviceProgram = [1, 2, 3]
  container.hooks = [fullHook()]
  container.initProcess = true
  container.forgoneFeatures = 3
  return container
}

func fullProcess() -> ProcessLaunch {
  var process = ProcessLaunch()
  process.arguments = ["/bin/app", "", "--flag=ü"]
  process.environment = ["PATH=/bin", "EMPTY="]
  process.workingDirectory = "/srv"
  process.createsWorkingDirectory = true
  process.user = "app:staff"
  process.groups = ["audio"]
  process.terminal = true
  process.rows = 24
  process.columns = 80
  process.umask = 0o22
  return process
}

func fullSecurity() -> SecurityLaunch {
  var security = SecurityLaunch()
  security.capabilities = 0x1FF_FFFF_FFFF
  security.noNewPrivileges = true
  security.seccomp = [UInt8](repeating: 6, count: 300)
  security.seccompFlags = 4
  security.appArmorProfile = "docker-default"
  security.selinuxLabel = "system_u:system_r:container_t:s0"
  security.rlimits = [ResourceLimit(resource: 7, soft: 1024, hard: .max)]
  security.oomScoreAdjustment = -5
  return security
}

func fullExec() -> ExecMessage {
  var message = ExecMessage()
  message.exec.pid = 4242
  message.exec.startTime = .max
  message.exec.namespaces = [.mount, .pid, .network]
  message.exec.process = fullProcess()
  message.exec.security = fullSecurity()
  message.exec.cgroup = fullContainer().cgroup
  message.exec.forgoneFeatures = 5
  message.detached = true
  return message
}

func fullHook() -> HookLaunch {
  var hook = HookLaunch()
  hook.moment = .startContainer
  hook.path = "/usr/bin/nvidia-cdi-hook"
  hook.arguments = ["nvidia-cdi-hook", "update-ldcache"]
  hook.environment = ["A=1"]
  hook.timeout = 7
  hook.bundle = "/run/davit/containers/c/bundle"
  hook.id = "c"
  return hook
}
