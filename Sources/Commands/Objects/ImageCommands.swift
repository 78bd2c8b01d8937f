import Arguments
import Diagnostics
import Engine
import Images
import OCI
import Presentation

/// `davit image …`, as `docker image …`.
enum ImageCommands {
  static var group: Command {
    .group(
      "image", "Manage images",
      [
        ImageLoadCommand.command, ImageImportCommand.command, ImageListCommand.command,
        Command(
          "history", "Show the history of an image", usage: "[OPTIONS] IMAGE",
          flags: [.format(), .boolean("no-trunc", nil, "Don't truncate output")], arity: 1...1, positionals: [.images]
        ) { try ImageListCommand.history(Invocation($0)) },
        Command(
          "inspect", "Display detailed information on one or more images", usage: "[OPTIONS] IMAGE [IMAGE...]",
          flags: [.template], arity: .atLeast(1), positionals: [.images]
        ) { try Invocation($0).inspect([.image]) },
        Command(
          "prune", "Remove unused images",
          flags: [
            .boolean("all", "a", "Remove all unused images, not just dangling ones"),
            .boolean("force", "f", "Do not prompt for confirmation"),
          ]
        ) { try prune(Invocation($0)) },
        PullCommand.command, PushCommand.command,
        Command(
          "rm", "Remove one or more images", usage: "[OPTIONS] IMAGE [IMAGE...]",
          flags: [.boolean("force", "f", "Force removal of the image")], arity: .atLeast(1), positionals: [.images]
        ) { arguments in
          let engine = try Invocation(arguments).engine()
          return Invocation.forEach(arguments.positionals) { name in
            try engine.images.remove(name, force: arguments.boolean("force"), uses: engine.imageUses)
              .map(\.description).joined(separator: "\n")
          }
        }.aliased("remove"),
        Command(
          "save", "Save one or more images to a tar archive (streamed to STDOUT by default)",
          usage: "[OPTIONS] IMAGE [IMAGE...]",
          flags: [.text("output", "o", "Write to a file, instead of STDOUT", values: .files)], arity: .atLeast(1),
          positionals: [.images]
        ) { try ImageLoadCommand.save(Invocation($0)) },
        Command(
          "tag", "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
          usage: "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]", arity: 2...2, positionals: [.images]
        ) { arguments in
          try Invocation(arguments).engine().images.tag(
            arguments.positionals[0], as: Reference(arguments.positionals[1]).tagged)
          return ExitStatus.success
        },
      ])
  }

  private static func prune(_ invocation: Invocation) throws -> Int32 {
    let all = invocation.arguments.boolean("all")
    if !invocation.arguments.boolean("force") {
      let what = all ? "all images without at least one container associated to them" : "all dangling images"
      Output.error.write("WARNING! This will remove \(what).\nAre you sure you want to continue? [y/N] ")
      guard ["y", "yes"].contains((readLine() ?? "").lowercased()) else { return ExitStatus.success }
    }
    let engine = try invocation.engine()
    let result = try engine.images.prune(all: all, uses: engine.imageUses)
    if !result.removals.isEmpty {
      Output.standard.print("Deleted Images:\n" + result.removals.map(\.description).joined(separator: "\n") + "\n")
    }
    Output.standard.print("Total reclaimed space: \(HumanSize.decimal(result.reclaimed))")
    return ExitStatus.success
  }
}

extension Engine {
  /// The containers that stand on images.
  func imageUses() throws -> [ImageUse] {
    try containers().map {
      ImageUse(container: $0.id, containerName: $0.name, imageID: $0.record.spec.imageID, running: $0.isRunning)
    }
  }
}
