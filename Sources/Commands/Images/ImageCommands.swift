import Arguments
import Diagnostics
import Engine
import Images
import OCI
import Reconciling

/// `davit image …`, as `docker image …`.
enum ImageCommands {
  static var group: Command {
    .group(
      "image", "Manage images",
      [
        ImageDiffCommand.command, ImageHistoryCommand.command, ImageImportCommand.command, inspect,
        ImageListCommand.command, ImageLoadCommand.command, ImagePruneCommand.command, PullCommand.command,
        PushCommand.command, ImageRemoveCommand.command, ImageSaveCommand.command, tag, ImageTreeCommand.command,
        ImageVerifyCommand.command,
      ])
  }

  /// What docker has for images without the word `image`.
  static let verbs: [CommandFamily] = [
    .init("import", ImageImportCommand.command), .init("images", ImageListCommand.command.renamed("images")),
    .init("load", ImageLoadCommand.command), .init("rmi", ImageRemoveCommand.command.renamed("rmi")),
    .init("save", ImageSaveCommand.command), .init("tag", tag),
  ]

  private static var inspect: Command {
    Command(
      "inspect", "Display detailed information on one or more images", usage: "[OPTIONS] IMAGE [IMAGE...]",
      flags: [
        .template,
        .text(
          "platform", nil, "Inspect a specific platform of the multi-platform image", placeholder: "os[/arch[/variant]]"
        ),
      ], arity: .atLeast(1), positionals: [.images]
    ) { try Invocation($0).inspect([.image]) }
  }

  private static var tag: Command {
    Command(
      "tag", "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE", usage: "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
      arity: 2...2, positionals: [.images]
    ) { arguments in
      try Invocation(arguments).engine().images.tag(
        arguments.positionals[0], as: Reference(arguments.positionals[1]).tagged)
      return ExitStatus.success
    }
  }
}

extension Command {
  fileprivate func renamed(_ name: String) -> Command {
    var command = self
    (command.name, command.aliases) = (name, [])
    return command
  }
}
