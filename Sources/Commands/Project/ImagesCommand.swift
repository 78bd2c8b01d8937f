import Arguments
import Diagnostics
import Engine
import Images
import Linux
import OCI
import Presentation

enum ImagesCommand {
  static var command: Command {
    Command(
      "images", "List images used by the created containers", usage: "[OPTIONS] [SERVICE...]",
      flags: [.format(), .boolean("quiet", "q", "Only display IDs")], arity: .atLeast(0), positionals: [.services]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let (engine, _, containers) = try invocation.selected(arguments.positionals, all: true)
    if arguments.boolean("quiet") {
      var seen: Set<String> = []
      for container in containers {
        let id = container.record.spec.imageID
        if seen.insert(id).inserted { Output.standard.print(String(id.drop { $0 != ":" }.dropFirst())) }
      }
      return ExitStatus.success
    }
    let images = try engine.images.list()
    let rows = containers.map { row($0, images) }
    if arguments.text("format") == "json" {
      Output.standard.print(
        JSONValue.array(
          rows.map { row in
            .object(
              ["ID", "ContainerName", "Repository", "Tag", "Platform", "Size", "Created"].map {
                .init($0, row[$0] ?? .null)
              })
          }
        ).compact)
      return ExitStatus.success
    }
    Output.standard.write(
      try invocation.format.render(
        columns: [
          ("CONTAINER", "ContainerName"), ("REPOSITORY", "RepositoryShown"), ("TAG", "TagShown"),
          ("PLATFORM", "Platform"), ("IMAGE ID", "ShortID"), ("SIZE", "SizeShown"), ("CREATED", "CreatedSince"),
        ], minimumWidth: 20, rows: rows))
    return ExitStatus.success
  }

  private static func row(_ container: ContainerView, _ images: [ImageSummary]) -> JSONValue {
    let spec = container.record.spec
    let same = images.filter { $0.id.description == spec.imageID }
    // Of an image's names, the one that the container was made with.
    let asked = try? Reference(spec.image).tagged
    let image = same.first { $0.name == asked } ?? same.first
    let (repository, tag) = (image?.name?.familiarName ?? "", image?.name?.tag ?? "")
    let created = image?.created.flatMap { Timestamp($0) }
    let since = created.map { HumanTime.ago(seconds: Double(Timestamp.now().nanoseconds - $0.nanoseconds) / 1e9) }
    return .object([
      "ID": .string(spec.imageID), "ContainerName": .string(container.name), "Repository": .string(repository),
      "Tag": .string(tag), "Platform": .string(image?.platform.description ?? ""),
      "Size": .integer(image?.size ?? 0), "Created": JSONValue(image?.created),
      "RepositoryShown": .string(repository.isEmpty ? "<none>" : repository),
      "TagShown": .string(tag.isEmpty ? "<none>" : tag), "ShortID": .string(Ellipsis.id(spec.imageID)),
      "SizeShown": .string(HumanSize.decimal(image?.size ?? 0)), "CreatedSince": .string(since ?? "N/A"),
    ])
  }
}
