import Arguments
import Diagnostics
import Engine

enum ContainerUpdateCommand {
  static var command: Command {
    Command(
      "update", "Update configuration of one or more containers", usage: "[OPTIONS] CONTAINER [CONTAINER...]",
      flags: ResourceFlags.all, arity: .atLeast(1), positionals: [.containers]
    ) { arguments in
      guard ResourceFlags.all.contains(where: { arguments.isGiven($0.name) }) else {
        throw Failure(.invalidInput, "you must provide one or more flags when using this command")
      }
      let restart = try arguments.restartPolicy()
      let changesLimits = ResourceFlags.all.contains { $0.name != "restart" && arguments.isGiven($0.name) }
      return try Invocation(arguments).eachContainer(arguments.positionals) { engine, name in
        let spec = try engine.container(name).record.spec
        var update = ContainerUpdate()
        if let restart {
          if spec.autoRemove, restart.condition != .no {
            throw Failure(
              .conflict, "restart policy cannot be updated because AutoRemove is enabled for the container",
              subject: "container \(spec.name)")
          }
          update.restart = restart
        }
        if changesLimits {
          var resources = spec.resources
          try resources.take(arguments)
          update.resources = resources
        }
        try engine.update(name, update)
        try engine.flush()
      }
    }
  }
}
