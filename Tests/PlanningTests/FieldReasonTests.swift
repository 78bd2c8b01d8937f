import Planning
import Spec
import Testing

@Suite struct FieldReasonTests {
  @Test("a changed variable is told by its name, before and after")
  func environment() throws {
    #expect(
      try Project.difference({ $0.environment = ["LOG_LEVEL": "info", "OLD": "1"] }) {
        $0.environment = ["LOG_LEVEL": "debug", "NEW": "two\nlines"]
      } == [
        "recreate", "services.web.environment.LOG_LEVEL: \"info\" → \"debug\"",
        "services.web.environment.NEW: unset → \"two\\nlines\"", "services.web.environment.OLD: \"1\" → unset",
      ])
  }

  @Test("a reference that names another image now is told by the digests")
  func image() throws {
    #expect(
      try Project.difference { $0.imageID = "sha256:" + String(repeating: "c", count: 64) }
        == ["recreate", "image app: sha256:aaaaaaaaaaaa… → sha256:cccccccccccc…"])
  }

  @Test("changed bytes of a config or secret are told by its name, never by the bytes")
  func content() throws {
    func file(_ kind: FileSpec.Kind, _ bytes: String) -> FileSpec {
      FileSpec(kind, name: "nginx.conf", target: "/etc/nginx.conf", content: Array(bytes.utf8), contentDigest: bytes)
    }
    #expect(
      try Project.difference({ $0.files = [file(.config, "1")] }) { $0.files = [file(.config, "2")] }
        == ["recreate", "config nginx.conf: content changed"])
    #expect(
      try Project.difference({ $0.files = [file(.secret, "1")] }) { $0.files = [file(.secret, "2")] }
        == ["recreate", "secret nginx.conf: content changed"])
  }

  @Test("ports are written as a person writes them")
  func ports() throws {
    #expect(
      try Project.difference({ $0.ports = [PortSpec(containerPort: 80, hostPorts: 8080...8080)] }) {
        $0.ports = [
          PortSpec(containerPort: 80, hostPorts: 8081...8081, hostAddress: "127.0.0.1"),
          PortSpec(containerPort: 53, transport: .udp),
          PortSpec(containerPort: 90, hostPorts: 9000...9010, hostAddress: "::1"),
        ]
      } == [
        "recreate",
        "services.web.ports: [\"8080:80/tcp\"] → [\"127.0.0.1:8081:80/tcp\", \"53/udp\", \"[::1]:9000-9010:90/tcp\"]",
      ])
  }

  @Test("a mount is told by its target")
  func mounts() throws {
    #expect(
      try Project.difference({ $0.mounts = [MountSpec(.bind, source: "/a", target: "/x")] }) {
        $0.mounts = [
          MountSpec(.bind, source: "/b", target: "/x", readOnly: true), MountSpec(.tmpfs, target: "/y"),
        ]
      } == [
        "recreate", "services.web.volumes[/x].read_only: false → true",
        "services.web.volumes[/x].source: \"/a\" → \"/b\"", "services.web.volumes[/y]: unset → {\"type\": \"tmpfs\"}",
      ])
  }

  @Test("numbers are written in the units of the file")
  func units() throws {
    #expect(
      try Project.difference {
        $0.stopGracePeriod = 90_000_000_000
        $0.shmSize = 64 << 20
        $0.resources.memory = 1001
        $0.resources.nanoCPUs = 1_500_000_000
        $0.healthcheck = HealthcheckSpec(test: ["CMD", "x"])
        $0.healthcheck?.interval = 500_000_000
      } == [
        "recreate", "services.web.stop_grace_period: unset → \"1m30s\"", "services.web.shm_size: unset → \"64m\"",
        "services.web.cpus: unset → \"1.5\"", "services.web.mem_limit: unset → 1001",
        "services.web.healthcheck.interval: unset → \"500ms\"",
        "services.web.healthcheck.test: unset → [\"CMD\", \"x\"]",
      ])
  }

  @Test("the order of mounts and files means nothing")
  func order() throws {
    let mounts = [MountSpec(.tmpfs, target: "/x"), MountSpec(.tmpfs, target: "/y")]
    #expect(try Project.difference({ $0.mounts = mounts }) { $0.mounts = mounts.reversed() } == [])
  }

  @Test("labels, restart policy and limits are changed in place")
  func inPlace() throws {
    #expect(
      try Project.difference {
        $0.labels["tier"] = "1"
        $0.restart = RestartPolicy(.always)
        $0.resources.memory = 1 << 30
        $0.stopSignal = "SIGINT"
      } == [
        "update", "services.web.stop_signal: unset → \"SIGINT\"",
        "services.web.mem_limit: unset → \"1g\"", "services.web.restart.condition: \"no\" → \"always\"",
        "services.web.labels.tier: unset → \"1\"",
      ])
  }

  @Test("how an image is pulled is no difference of a container")
  func noEffect() throws { #expect(try Project.difference { $0.pullPolicy = "always" } == []) }

  @Test("labels that only say how the project was loaded are no reason beside others")
  func bookkeeping() throws {
    #expect(
      try Project.difference {
        $0.labels = ["com.docker.compose.config-hash": "2", "tier": "1"]
      } == ["update", "services.web.labels.tier: unset → \"1\""])
  }

  @Test(
    "every attribute that is not listed as changeable in place is fixed when the container is made",
    arguments: [
      { $0.user = "1000" }, { $0.command = ["x"] }, { $0.hostname = "h" }, { $0.privileged = true },
      { $0.healthcheck = HealthcheckSpec(test: ["CMD", "x"]) }, { $0.logging.driver = "none" },
      { $0.resources.oomScoreAdj = 5 }, { $0.devices = [DeviceSpec(source: "/dev/a", target: "/dev/a")] },
      { $0.ulimits["nofile"] = Ulimit(soft: 1, hard: 2) }, { $0.pid = .host }, { $0.readOnly = true },
    ] as [@Sendable (inout ContainerSpec) -> Void])
  func fixed(_ edit: @Sendable (inout ContainerSpec) -> Void) throws {
    let difference = try Project.difference { edit(&$0) }
    #expect(difference.first == "recreate")
    #expect(difference.count > 1)
  }
}
