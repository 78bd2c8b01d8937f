import Arguments
import Diagnostics
import Engine
import Images
import Linux
import Presentation

/// `davit system df`, as `docker system df`.
enum DiskUsageCommand {
  static var command: Command {
    var command = Command(
      "df", "Show disk usage",
      flags: [.format(), .boolean("verbose", "v", "Show detailed information on space usage")]
    ) { try run(Invocation($0)) }
    command.details = "An image takes its blobs as they came and its layers unpacked; what images share counts once."
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let usage = try DiskUsage(try invocation.engine())
    let arguments = invocation.arguments
    guard arguments.boolean("verbose") else {
      Output.standard.write(
        try invocation.format.render(
          columns: [
            ("TYPE", "Type"), ("TOTAL", "TotalCount"), ("ACTIVE", "Active"), ("SIZE", "Size"),
            ("RECLAIMABLE", "Reclaimable"),
          ], rows: usage.summary))
      return ExitStatus.success
    }
    switch try invocation.format {
    case .table: Output.standard.write(try usage.details())
    case .json: Output.standard.print(usage.everything.compact)
    case .template(let template), .columns(let template):
      Output.standard.print(try template.render(usage.everything))
    }
    return ExitStatus.success
  }
}

/// What everything on this machine takes.
struct DiskUsage {
  private let images: StoreUsage
  private let containers: [(view: ContainerView, size: Int64)]
  private let volumes: [(volume: Volume, links: Int, size: Int64)]
  private let now = Timestamp.now()

  init(_ engine: Engine) throws {
    let views = try engine.containers()
    images = try engine.images.usage(used: Set(views.map(\.record.spec.imageID)))
    containers = views.map { ($0, (try? engine.diskUse(of: $0.id).own) ?? 0) }
    volumes = try engine.volumes().sorted { $0.name < $1.name }.map { volume in
      let links = views.count { $0.record.volumes.contains { $0.name == volume.name } }
      return (volume, links, (try? engine.size(ofVolume: volume.name)) ?? 0)
    }
  }

  private func users(of image: ImageSummary) -> Int {
    containers.count { $0.view.record.spec.imageID == image.id.description }
  }

  /// A row for each kind of thing.
  var summary: [JSONValue] {
    let known = Dictionary(images.images.map { ($0.image.id, users(of: $0.image)) }) { first, _ in first }
    let idle = containers.filter { !$0.view.isRunning }
    return [
      row("Images", known.count, active: known.values.count { $0 > 0 }, images.size, images.reclaimable),
      row(
        "Containers", containers.count, active: containers.count - idle.count,
        containers.reduce(0) { $0 + $1.size }, idle.reduce(0) { $0 + $1.size }),
      row(
        "Local Volumes", volumes.count, active: volumes.count { $0.links > 0 }, volumes.reduce(0) { $0 + $1.size },
        volumes.filter { $0.links == 0 }.reduce(0) { $0 + $1.size }),
      row("Build Cache", images.buildSteps, active: 0, images.buildSize, images.buildSize, showsShare: false),
    ]
  }

  private func row(
    _ type: String, _ total: Int, active: Int, _ size: Int64, _ reclaimable: Int64, showsShare: Bool = true
  ) -> JSONValue {
    let share = showsShare && size > 0 ? " (\(reclaimable * 100 / size)%)" : ""
    return .object([
      "Active": .string("\(active)"), "Reclaimable": .string(HumanSize.decimal(reclaimable, digits: 4) + share),
      "Size": .string(HumanSize.decimal(size, digits: 4)), "TotalCount": .string("\(total)"), "Type": .string(type),
    ])
  }

  private func imageRows(truncates: Bool) -> [JSONValue] {
    images.images.map { used in
      ImageRow(used.image, now, truncates).json(
        containers: "\(users(of: used.image))", shared: HumanSize.decimal(used.shared, digits: 4),
        unique: HumanSize.decimal(used.unique, digits: 4))
    }
  }

  private func containerRows(truncates: Bool) -> [JSONValue] {
    containers.map { view, size in
      guard case .object(var members) = ContainerRow(view: view, now: now, truncates: truncates).json else {
        return .null
      }
      members.removeAll { $0.key == "Size" }
      return .object(members + [.init("Size", .string(HumanSize.decimal(size)))])
    }
  }

  private var volumeRows: [JSONValue] {
    volumes.map { volume, links, size in
      .object([
        "Availability": "N/A", "Driver": .string(volume.spec.driver), "Group": "N/A",
        "Labels": .string(Listing.labels(volume.spec.labels)), "Links": .string("\(links)"),
        "Mountpoint": .string(volume.mountpoint), "Name": .string(volume.name), "Scope": "local",
        "Size": .string(HumanSize.decimal(size)), "Status": "N/A",
      ])
    }
  }

  /// Docker's tables one after another.
  func details() throws -> String {
    let format = RowFormat.table
    return "Images space usage:\n\n"
      + (try format.render(
        columns: [
          ("REPOSITORY", "Repository"), ("TAG", "Tag"), ("IMAGE ID", "ID"), ("CREATED", "CreatedSince"),
          ("SIZE", "Size"), ("SHARED SIZE", "SharedSize"), ("UNIQUE SIZE", "UniqueSize"), ("CONTAINERS", "Containers"),
        ], rows: imageRows(truncates: true)))
      + "\nContainers space usage:\n\n"
      + (try format.render(
        columns: [
          ("CONTAINER ID", "ID"), ("IMAGE", "Image"), ("COMMAND", "Command"), ("LOCAL VOLUMES", "LocalVolumes"),
          ("SIZE", "Size"), ("CREATED", "RunningFor"), ("STATUS", "Status"), ("NAMES", "Names"),
        ], rows: containerRows(truncates: true)))
      + "\nLocal Volumes space usage:\n\n"
      + (try format.render(
        columns: [("VOLUME NAME", "Name"), ("LINKS", "Links"), ("SIZE", "Size")], rows: volumeRows))
      + "\nBuild cache usage: \(HumanSize.decimal(images.buildSize, digits: 4))\n"
  }

  /// The same for programs and templates.
  var everything: JSONValue {
    .object([
      "Images": .array(imageRows(truncates: false)), "Containers": .array(containerRows(truncates: false)),
      "Volumes": .array(volumeRows),
      "BuildCache": .array([]),
    ])
  }
}
