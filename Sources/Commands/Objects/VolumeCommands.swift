import Arguments
import Diagnostics
import Engine
import Linux
import Presentation
import Spec

/// `davit volume …`, as `docker volume …`.
enum VolumeCommands {
  static var group: Command {
    .group(
      "volume", "Manage volumes",
      [
        Command(
          "create", "Create a volume", usage: "[OPTIONS] [VOLUME]",
          flags: [
            .text("driver", "d", "Specify volume driver name", initially: "local"),
            .list("label", nil, "Set metadata for a volume", placeholder: "list"),
            .list("opt", "o", "Set driver specific options", placeholder: "list"),
          ], arity: 0...1
        ) { try create(Invocation($0)) },
        Command(
          "inspect", "Display detailed information on one or more volumes", usage: "[OPTIONS] VOLUME [VOLUME...]",
          flags: [.template], arity: .atLeast(1), positionals: [.volumes]
        ) { try Invocation($0).inspect([.volume]) },
        Command(
          "ls", "List volumes",
          flags: [
            .list("filter", "f", "Provide filter values (name=…, label=…, driver=…)", placeholder: "filter"), .format(),
            .boolean("quiet", "q", "Only display volume names"),
          ]
        ) { arguments in
          let invocation = Invocation(arguments)
          let filters = try ListFilters(arguments.list("filter"), known: ["name", "label", "driver"])
          try invocation.list(
            invocation.engine().volumes().filter {
              filters.accept(name: $0.name, labels: $0.spec.labels, other: ["driver": $0.spec.driver])
            })
          return ExitStatus.success
        }.aliased("list"),
        Command(
          "rm", "Remove one or more volumes", usage: "[OPTIONS] VOLUME [VOLUME...]",
          flags: [.boolean("force", "f", "Do not fail for volumes that do not exist")], arity: .atLeast(1),
          positionals: [.volumes]
        ) { arguments in
          let engine = try Invocation(arguments).engine()
          return Invocation.forEach(arguments.positionals) { name in
            do { try engine.removeVolume(name) } catch let failure as Failure
              where failure.code == .notFound && arguments.boolean("force")
            {}
            return name
          }
        }.aliased("remove"),
      ])
  }

  private static func create(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    // A volume without a name gets 64 random digits, like Docker's.
    var random = SystemRandomNumberGenerator()
    let name =
      arguments.positionals.first
      ?? (0..<64).map { _ in String(Int.random(in: 0..<16, using: &random), radix: 16) }.joined()
    var spec = VolumeSpec(name: name)
    spec.driver = arguments.text("driver") ?? "local"
    spec.labels = Environment.pairs(arguments.list("label")) { _ in "" }
    spec.driverOptions = Environment.pairs(arguments.list("opt")) { _ in "" }
    let engine = try invocation.engine()
    let volume = try engine.createVolume(spec)
    try engine.flush()
    Output.standard.print(volume.name)
    return ExitStatus.success
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
