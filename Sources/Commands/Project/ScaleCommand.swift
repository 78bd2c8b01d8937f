import Arguments
import Diagnostics
import Planning

enum ScaleCommand {
  static var command: Command {
    Command(
      "scale", "Scale services", usage: "[OPTIONS] SERVICE=REPLICAS...",
      flags: [.boolean("no-deps", nil, "Don't start linked services")], arity: .atLeast(1), positionals: [.services]
    ) { arguments in
      var options = UpOptions()
      options.scale = try Invocation.scale(arguments.positionals)
      options.services = options.scale.keys.sorted()
      options.noRecreate = true
      options.noDependencies = arguments.boolean("no-deps")
      return try Invocation(arguments).converge(options, services: options.services)
    }
  }
}
