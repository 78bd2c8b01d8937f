import Engine
import EngineAPI
import Glibc
import Linux
import Presentation

extension API {
  func info(_ x: Exchange, _ r: Exchange.Route) throws {
    x.respond(200, try EngineFacts.information(engine, environment: environment))
  }
}

/// What there is to know about this machine and what Davit has on it, with Docker's keys.
public enum EngineFacts {
  /// `GET /info`
  public static func information(_ engine: Engine, environment: [String: String]) throws -> JSONValue {
    let containers = try engine.containers()
    let images = Set(try engine.images.list().map(\.id)).count
    let system = SystemName()
    let states = Dictionary(grouping: containers, by: \.state).mapValues { Int64($0.count) }
    let running = containers.count(where: \.isRunning) - containers.count { $0.state == .paused }
    let paused = states[.paused] ?? 0
    let unified = FileStatus.exists("/sys/fs/cgroup/cgroup.controllers")
    let release = OperatingSystem()
    return .object([
      "ID": .string(Self.machineID), "Containers": .integer(Int64(containers.count)),
      "ContainersRunning": .integer(Int64(running)), "ContainersPaused": .integer(paused),
      "ContainersStopped": .integer(Int64(containers.count) - Int64(running) - paused),
      "Images": .integer(Int64(images)), "Driver": "overlay2",
      "DriverStatus": .array([["Backing Filesystem", "overlayfs on \(engine.host.root)"].json]),
      "Plugins": .object([
        "Volume": ["local"], "Network": ["bridge", "host", "none"], "Authorization": .null,
        "Log": ["json-file", "none"],
      ]),
      "MemoryLimit": true, "SwapLimit": true, "CpuCfsPeriod": true, "CpuCfsQuota": true, "CPUShares": true,
      "CPUSet": true, "PidsLimit": true, "IPv4Forwarding": true, "OomKillDisable": .boolean(!unified),
      "BridgeNfIptables": .boolean(Self.bridgeFilters("iptables")),
      "BridgeNfIp6tables": .boolean(Self.bridgeFilters("ip6tables")), "Debug": false,
      "NFd": .integer(Int64((try? listDirectory("/proc/self/fd"))?.count ?? 0)),
      "NGoroutines": .integer(Int64((try? listDirectory("/proc/self/task"))?.count ?? 0)),
      "SystemTime": .string(Timestamp.now().description), "LoggingDriver": "json-file",
      "CgroupDriver": "cgroupfs", "CgroupVersion": unified ? "2" : "1", "NEventsListener": 0,
      "KernelVersion": .string(system.release), "OperatingSystem": .string(release.name),
      "OSVersion": .string(release.version), "OSType": "linux", "Architecture": .string(system.machine),
      "IndexServerAddress": "https://index.docker.io/v1/",
      "RegistryConfig": .object([
        "IndexConfigs": .object([
          "docker.io": .object(["Mirrors": [], "Name": "docker.io", "Official": true, "Secure": true])
        ]), "InsecureRegistryCIDRs": ["127.0.0.0/8"], "Mirrors": [],
      ]),
      "NCPU": .integer(Int64(sysconf(Int32(_SC_NPROCESSORS_ONLN)))), "MemTotal": .integer(Self.memory),
      "GenericResources": .null, "DockerRootDir": .string(engine.host.root),
      "HttpProxy": .string(environment["HTTP_PROXY"] ?? ""), "HttpsProxy": .string(environment["HTTPS_PROXY"] ?? ""),
      "NoProxy": .string(environment["NO_PROXY"] ?? ""), "Name": .string(system.host), "Labels": [],
      "ExperimentalBuild": false, "ServerVersion": .string(ServerHeaders.version),
      "Runtimes": .object(["davit": .object(["path": .string(engine.host.shim)])]), "DefaultRuntime": "davit",
      "Swarm": .object([
        "NodeID": "", "NodeAddr": "", "LocalNodeState": "inactive", "ControlAvailable": false, "Error": "",
        "RemoteManagers": .null,
      ]),
      "LiveRestoreEnabled": true, "Isolation": "", "InitBinary": "davit-shim",
      "ContainerdCommit": .object(["ID": "", "Expected": ""]), "RuncCommit": .object(["ID": "", "Expected": ""]),
      "InitCommit": .object(["ID": "", "Expected": ""]),
      "SecurityOptions": .init(["name=seccomp,profile=builtin"] + (unified ? ["name=cgroupns"] : [])),
      "CDISpecDirs": [], "Warnings": .null,
    ])
  }

  /// Stays the same on this machine: systemd's, under another name.
  private static let machineID = (try? readText("/etc/machine-id"))?.split(separator: "\n").first.map(String.init) ?? ""

  /// Whether what crosses a bridge goes through the firewall, too.
  private static func bridgeFilters(_ table: String) -> Bool {
    (try? readText("/proc/sys/net/bridge/bridge-nf-call-\(table)"))?.first == "1"
  }

  private static let memory: Int64 = {
    Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE)))
  }()
}

extension [String] {
  var json: JSONValue { JSONValue(self) }
}

/// What os-release(5) says.
struct OperatingSystem {
  var name = "Linux"
  var version = ""

  init() {
    for line in ((try? readText("/etc/os-release")) ?? "").split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { continue }
      let value = parts[1].filter { $0 != "\"" }
      if parts[0] == "PRETTY_NAME" { name = value }
      if parts[0] == "VERSION_ID" { version = value }
    }
  }
}
