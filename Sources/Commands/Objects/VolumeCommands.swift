import Arguments
import Diagnostics
import Engine
import Linux
import Presentation
import Spec

/// `davit volume …`, as `docker volume …`.
enum VolumeCommands {
  static var group: Command {
    .group("volume", "Manage volumes", [create, inspect, list, prune, remove])
  }

  private static var create: Command {
    Command(
      "create", "Create a volume", usage: "[OPTIONS] [VOLUME]",
      flags: [
        .text("driver", "d", "Specify volume driver name", initially: "local"),
        .list("label", nil, "Set metadata for a volume", placeholder: "list"),
        .text("name", nil, "Specify volume name").hidden,
        .list("opt", "o", "Set driver specific options", placeholder: "map"),
      ], arity: 0...1
    ) { arguments in
      let name = arguments.positionals.first ?? arguments.given("name") ?? ""
      if arguments.isGiven("name"), !arguments.positionals.isEmpty {
        throw Failure(.invalidInput, "conflicting options: either specify --name or provide positional arg, not both")
      }
      var spec = VolumeSpec(name: name)
      spec.driver = arguments.text("driver") ?? "local"
      spec.labels = arguments.map("label")
      spec.driverOptions = arguments.map("opt")
      let engine = try Invocation(arguments).engine()
      Output.standard.print(try engine.ensureVolume(spec).name)
      try engine.flush()
      return ExitStatus.success
    }
  }

  private static var inspect: Command {
    Command(
      "inspect", "Display detailed information on one or more volumes", usage: "[OPTIONS] VOLUME [VOLUME...]",
      flags: [.template], arity: .atLeast(1), positionals: [.volumes]
    ) { try Invocation($0).inspect([.volume]) }
  }

  private static var list: Command {
    Command(
      "ls", "List volumes",
      flags: [
        .list("filter", "f", "Provide filter values (e.g. \"dangling=true\")", placeholder: "filter"), .format(),
        .boolean("quiet", "q", "Only display volume names"),
      ]
    ) { arguments in
      let invocation = Invocation(arguments)
      try invocation.list(invocation.engine().volumes(where: FilterFlags.values(arguments)))
      return ExitStatus.success
    }.aliased("list")
  }

  private static var prune: Command {
    Command(
      "prune", "Remove unused local volumes",
      flags: [
        .boolean("all", "a", "Remove all unused volumes, not just anonymous ones"),
        .list("filter", nil, "Provide filter values (e.g. \"label=<label>\")", placeholder: "filter"),
        .boolean("force", "f", "Do not prompt for confirmation"),
      ]
    ) { arguments in
      let invocation = Invocation(arguments)
      var filters = try FilterFlags.values(arguments)
      let all = arguments.boolean("all") || filters.removeValue(forKey: "all")?.last == "true"
      let which = all ? "all local volumes" : "anonymous local volumes"
      guard invocation.confirms("WARNING! This will remove \(which) not used by at least one container.\n") else {
        return ExitStatus.success
      }
      let (removed, reclaimed) = try invocation.engine().pruneVolumes(filters, named: all)
      PrunedText.print("Volumes", removed, reclaimed)
      return ExitStatus.success
    }
  }

  private static var remove: Command {
    Command(
      "rm", "Remove one or more volumes", usage: "[OPTIONS] VOLUME [VOLUME...]",
      flags: [.boolean("force", "f", "Force the removal of one or more volumes")], arity: .atLeast(1),
      positionals: [.volumes]
    ) { arguments in
      let engine = try Invocation(arguments).engine()
      return Invocation.forEach(arguments.positionals) { name in
        do { try engine.removeVolume(name) } catch let failure as Failure
          where failure.code == .notFound && arguments.boolean("force")
        {}
        return name
      }
    }.aliased("remove")
  }
}

extension Invocation {
  /// `volume ls` and `volumes`.
  func list(_ volumes: [Volume]) throws {
    let volumes = volumes.sorted { $0.name < $1.name }
    guard !arguments.boolean("quiet") else {
      for volume in volumes { Output.standard.print(volume.name) }
      return
    }
    let rows = volumes.map { volume in
      JSONValue.object([
        "Availability": "N/A", "Driver": .string(volume.spec.driver), "Group": "N/A",
        "Labels": .string(Listing.labels(volume.spec.labels)), "Links": "N/A",
        "Mountpoint": .string(volume.mountpoint), "Name": .string(volume.name), "Scope": "local", "Size": "N/A",
        "Status": "N/A",
      ])
    }
    Output.standard.write(
      try format.render(columns: [("DRIVER", "Driver"), ("VOLUME NAME", "Name")], rows: rows))
  }
}
