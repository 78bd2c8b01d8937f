import Diagnostics
import Images
import Linux
import OCI
import Presentation

/// `davit image ls --tree`: each name, and below it the platforms that its image is here for.
enum ImagePlatforms {
  static func list(_ invocation: Invocation, _ filter: ImageFilter) throws -> Int32 {
    guard !invocation.arguments.isGiven("format"), !invocation.arguments.boolean("quiet") else {
      throw Failure(.invalidInput, "--tree goes with neither --format nor --quiet")
    }
    let engine = try invocation.engine()
    let used = Set(try engine.imageUses().map(\.imageID))
    let usage = try engine.images.usage(used: used)
    let shown = try engine.images.list(filter)
    var table = Table(["IMAGE", "ID", "DISK USAGE", "CONTENT SIZE", "EXTRA"])
    var done: Set<String> = []
    for image in shown {
      let title = image.name?.familiar ?? "<untagged>"
      guard done.insert("\(title) \(image.manifestDigest)").inserted else { continue }
      let platforms = shown.filter { $0.manifestDigest == image.manifestDigest && $0.name == image.name }
      let parts = usage.images.first { $0.image.manifestDigest == image.manifestDigest }
      let disk = (parts?.shared ?? 0) + (parts?.unique ?? 0)
      let unpacked = platforms.reduce(0) { $0 + $1.size }
      let isUsed = platforms.contains { used.contains($0.id.description) }
      table.rows.append([
        title, image.manifestDigest.short, HumanSize.decimal(disk), HumanSize.decimal(max(0, disk - unpacked)),
        isUsed ? "U" : "",
      ])
      for (place, platform) in platforms.enumerated() {
        table.rows.append([
          (place == platforms.count - 1 ? "└─ " : "├─ ") + platform.platform.description, platform.id.short,
          HumanSize.decimal(platform.size), "", used.contains(platform.id.description) ? "U" : "",
        ])
      }
    }
    Output.standard.write(table.text)
    return ExitStatus.success
  }
}
