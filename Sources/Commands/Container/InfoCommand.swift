import Arguments
import Diagnostics
import Engine
import Presentation
import Serving

/// `davit info`, as `docker info`.
enum InfoCommand {
  static var command: Command {
    Command("info", "Display system-wide information", flags: [.template]) { arguments in
      let invocation = Invocation(arguments)
      let facts = try EngineFacts.information(invocation.engine(), environment: invocation.environment)
      guard let format = arguments.given("format") else {
        Output.standard.write(text(facts))
        return ExitStatus.success
      }
      Output.standard.print(format == "json" ? facts.compact : try Template(format).render(facts))
      return ExitStatus.success
    }
  }

  /// In docker's order and words, as far as they mean something here.
  private static func text(_ facts: JSONValue) -> String {
    func fact(_ keys: String...) -> String {
      var value: JSONValue? = facts
      for key in keys { value = value?[key] }
      guard case .array(let list)? = value else { return (value ?? .null).templateText }
      return list.map(\.templateText).joined(separator: " ")
    }
    var memory: Int64 = 0
    if case .integer(let bytes)? = facts["MemTotal"] { memory = bytes }
    return """
      Client:
       Version:    \(Program.version)
       Context:    default
       Debug Mode: false

      Server:
       Containers: \(fact("Containers"))
        Running: \(fact("ContainersRunning"))
        Paused: \(fact("ContainersPaused"))
        Stopped: \(fact("ContainersStopped"))
       Images: \(fact("Images"))
       Server Version: \(Program.version)
       Storage Driver: \(fact("Driver"))
       Logging Driver: \(fact("LoggingDriver"))
       Cgroup Driver: \(fact("CgroupDriver"))
       Cgroup Version: \(fact("CgroupVersion"))
       Plugins:
        Volume: \(fact("Plugins", "Volume"))
        Network: \(fact("Plugins", "Network"))
        Log: \(fact("Plugins", "Log"))
       Swarm: inactive
       Runtimes: davit
       Default Runtime: davit
       Security Options:
        seccomp
         Profile: builtin
       Kernel Version: \(fact("KernelVersion"))
       Operating System: \(fact("OperatingSystem"))
       OSType: \(fact("OSType"))
       Architecture: \(fact("Architecture"))
       CPUs: \(fact("NCPU"))
       Total Memory: \(HumanSize.binary(memory))
       Name: \(fact("Name"))
       ID: \(fact("ID"))
       Docker Root Dir: \(fact("DockerRootDir"))
       Debug Mode: false
       Experimental: false
       Live Restore Enabled: true

      """
  }
}
