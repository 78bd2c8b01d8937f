import Arguments
import Diagnostics
import Engine
import Glibc
import Images
import Linux
import Presentation
import Spec

/// `davit info`, as `docker info`.
enum InfoCommand {
  static var command: Command {
    Command("info", "Display system-wide information", flags: [.template]) { arguments in
      let invocation = Invocation(arguments)
      let facts = try MachineFacts(invocation.engine())
      guard let format = arguments.given("format") else {
        Output.standard.write(facts.text)
        return ExitStatus.success
      }
      Output.standard.print(format == "json" ? facts.json.compact : try Template(format).render(facts.json))
      return ExitStatus.success
    }
  }
}

/// What there is to know about this machine and what Davit has on it.
struct MachineFacts {
  private let engine: Engine
  private let containers: [ContainerView]
  private let images: Int
  private let system = SystemName()
  private let distribution: String
  private let cgroupVersion: String

  init(_ engine: Engine) throws {
    self.engine = engine
    containers = try engine.containers()
    images = Set(try engine.images.list().map(\.id)).count
    let release = (try? readText("/etc/os-release")) ?? ""
    let line = release.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
    distribution = line.map { String($0.dropFirst("PRETTY_NAME=".count)).filter { $0 != "\"" } } ?? "Linux"
    cgroupVersion = FileStatus.exists("/sys/fs/cgroup/cgroup.controllers") ? "2" : "1"
  }

  private var running: Int { containers.count { $0.state == .running || $0.state == .restarting } }
  private var paused: Int { containers.count { $0.state == .paused } }
  private var stopped: Int { containers.count - running - paused }
  private var processors: Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }
  private var memory: Int64 { Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE))) }

  /// In docker's order and words, as far as they mean something here.
  var text: String {
    """
    Client:
     Version:    \(Program.version)
     Context:    default
     Debug Mode: false

    Server:
     Containers: \(containers.count)
      Running: \(running)
      Paused: \(paused)
      Stopped: \(stopped)
     Images: \(images)
     Server Version: \(Program.version)
     Storage Driver: overlay2
     Logging Driver: json-file
     Cgroup Driver: cgroupfs
     Cgroup Version: \(cgroupVersion)
     Plugins:
      Volume: local
      Network: bridge host null
      Log: json-file local none
     Swarm: inactive
     Runtimes: davit
     Default Runtime: davit
     Security Options:
      seccomp
       Profile: builtin
     Kernel Version: \(system.release)
     Operating System: \(distribution)
     OSType: linux
     Architecture: \(system.machine)
     CPUs: \(processors)
     Total Memory: \(HumanSize.binary(memory))
     Name: \(system.node)
     Docker Root Dir: \(engine.host.root)
     Debug Mode: false
     Experimental: false
     Live Restore Enabled: true

    """
  }

  /// With the keys of Docker's `GET /info`.
  var json: JSONValue {
    .object([
      "Containers": .integer(Int64(containers.count)), "ContainersRunning": .integer(Int64(running)),
      "ContainersPaused": .integer(Int64(paused)), "ContainersStopped": .integer(Int64(stopped)),
      "Images": .integer(Int64(images)), "Driver": "overlay2", "DockerRootDir": .string(engine.host.root),
      "MemoryLimit": true, "SwapLimit": true, "CpuCfsPeriod": true, "CpuCfsQuota": true, "CPUShares": true,
      "CPUSet": true, "PidsLimit": true, "IPv4Forwarding": true, "Debug": false, "OomKillDisable": .boolean(cgroupVersion == "1"),
      "LoggingDriver": "json-file", "CgroupDriver": "cgroupfs", "CgroupVersion": .string(cgroupVersion),
      "KernelVersion": .string(system.release), "OperatingSystem": .string(distribution), "OSType": "linux",
      "Architecture": .string(system.machine), "NCPU": .integer(Int64(processors)), "MemTotal": .integer(memory),
      "Name": .string(system.node), "ExperimentalBuild": false, "ServerVersion": .string(Program.version),
      "Plugins": .object([
        "Volume": ["local"], "Network": ["bridge", "host", "null"], "Authorization": .null,
        "Log": ["json-file", "local", "none"],
      ]),
      "Runtimes": .object(["davit": .object(["path": .string(engine.host.shim)])]), "DefaultRuntime": "davit",
      "Swarm": .object(["LocalNodeState": "inactive", "NodeID": "", "ControlAvailable": false]),
      "LiveRestoreEnabled": true, "SecurityOptions": ["name=seccomp,profile=builtin"], "Warnings": .null,
    ])
  }
}

/// uname(2).
private struct SystemName {
  var node = ""
  var release = ""
  var machine = ""

  init() {
    var name = utsname()
    guard uname(&name) == 0 else { return }
    func text<Field>(_ field: Field) -> String {
      withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    (node, release, machine) = (text(name.nodename), text(name.release), text(name.machine))
  }
}
