import Arguments
import Diagnostics
import Images

/// `davit image rm` and `davit rmi`, as `docker rmi`.
enum ImageRemoveCommand {
  static var command: Command {
    Command(
      "rm", "Remove one or more images", usage: "[OPTIONS] IMAGE [IMAGE...]",
      flags: [
        .boolean("force", "f", "Force removal of the image"),
        .boolean("no-prune", nil, "Do not delete untagged parents"),
      ], arity: .atLeast(1), positionals: [.images]
    ) { arguments in
      let engine = try Invocation(arguments).engine()
      let force = arguments.boolean("force")
      // There are no untagged parents here: layers belong to no image.
      var status = ExitStatus.success
      for name in arguments.positionals {
        do {
          for removal in try engine.images.remove(name, force: force, uses: engine.imageUses) {
            Output.standard.print(removal.description)
          }
        } catch {
          let failed = Program.report(error)
          // Who insists that it goes is content when it is gone.
          if !force || (error as? Failure)?.code != .notFound { status = failed }
        }
      }
      return status
    }.aliased("remove")
  }
}
