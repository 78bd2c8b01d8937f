import Arguments
import Compose
import Diagnostics
import Engine
import Glibc
import Images
import Linux
import Locking
import OCI
import Planning

/// `davit bundle`: a project with its images in one file, for machines without a network.
enum BundleCommands {
  static var group: Command { .group("bundle", "Pack a project with its images into one file", [create, load]) }

  private static let artifactType = "application/vnd.davit.project.v1"
  private static let layerType = MediaType("application/vnd.davit.project.v1.tar")
  /// Bytes of a project's files beside its images.
  private static let limit = 1 << 30
  private static let nameKey = "dev.davit.project.name"

  // MARK: create

  private static var create: Command {
    var command = Command(
      "create", "Pack the project and its images into one file", usage: "[OPTIONS] [SERVICE...]",
      flags: [
        .boolean("locked", nil, "Pack exactly what davit.lock says, and refuse anything else"),
        .text("output", "o", "File to write (default: PROJECT.bundle.tar)", values: .files),
        Invocation.convergence.first { $0.name == "pull" }!,
        .quietPull,
      ], arity: .atLeast(0), positionals: [.services]
    ) { try runCreate(Invocation($0)) }
    command.details = """
      The file is an OCI archive: `skopeo`, `docker load` and `podman load` read its images. The project is in it as `davit
      config` prints it, with the files of its secrets, configs and mounts, so only its owner can read the file. Images that
      are missing are fetched and built first.
      """
    return command
  }

  private static func runCreate(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let loaded = try ProjectLoader(options: invocation.loadOptions(services: arguments.positionals)).load()
    let project = try Project(loaded)
    invocation.warn(project.warnings)
    let engine = try invocation.engine()
    try invocation.pullImages(of: project, engine, named: [])
    let builds = ProjectBuilds(invocation: invocation, project: project, engine: engine)
    let pins = try invocation.lockPins()
    try pins?.check(project)
    var images: [String] = []
    for service in project.services {
      for image in service.lockedImages + (service.workload.build == nil ? [] : [builds.imageName(service)]) {
        if let pins, service.workload.build == nil || image != builds.imageName(service) {
          // The bundle has images by the names that the project gives them.
          guard try pins.name(of: image, in: engine.images) == image else {
            throw pins.refusal(image, in: engine.images)
          }
        }
        if !images.contains(image) { images.append(image) }
      }
    }
    let bundled = BundledProject(loaded) { name in
      builds.imageName(project.services.first { $0.name == name }!)
    }
    invocation.warn(bundled.warnings)
    let path = arguments.text("output") ?? "\(project.name).bundle.tar"
    if path == "-", isatty(1) == 1 {
      throw Failure(.invalidInput, "a bundle is not for a terminal", hint: "use -o FILE, or redirect the output")
    }
    let artifact = AttachedArtifact(
      type: artifactType, layerType: layerType, layer: try archive(bundled),
      annotations: [nameKey: project.name, "org.opencontainers.image.title": project.name])
    if path == "-" {
      try engine.images.save(images, to: 1, with: artifact)
      return ExitStatus.success
    }
    // Nobody who looks at the path sees half a bundle.
    let part = "\(path).part"
    do {
      let file = try Linux.Descriptor.open(part, [.writeOnly, .create, .truncate], mode: 0o600)
      try engine.images.save(images, to: file.raw, with: artifact)
    } catch {
      unlink(part)
      throw error
    }
    guard rename(part, path) == 0 else { throw Failure(SystemError("renaming", part, errno: errno)) }
    Output.standard.print("\(path): project \(project.name), \(images.count) images, \(bundled.files.count) files")
    return ExitStatus.success
  }

  private static func archive(_ project: BundledProject) throws -> [UInt8] {
    let folder = try makeTemporaryDirectory("/tmp/davit-bundle-")
    defer { try? removeTree(folder) }
    try writeAtomically(Array(project.text.utf8), to: "\(folder)/compose.yaml", mode: 0o600)
    let bytes = Bytes()
    let tar = TreeArchive { bytes.all.append(contentsOf: $0) }
    try tar.add("compose.yaml", of: Linux.Descriptor.open(folder, .anchor), as: Array("compose.yaml".utf8))
    for file in project.files {
      let name = Array(file.path.utf8)
      if (try? FileStatus.of(file.source))?.kind == .directory {
        try tar.add(folder: Linux.Descriptor.open(file.source, .anchor), as: name)
      } else {
        let (parent, base) = splitPath(file.source)
        try tar.add(FileName(base), of: Linux.Descriptor.open(parent, .anchor), as: name)
      }
      guard bytes.all.count <= limit else {
        throw Failure(.unsupported, "the project's files have more than \(limit) bytes", subject: file.source)
      }
    }
    try tar.finish()
    return bytes.all
  }

  private final class Bytes { var all: [UInt8] = [] }

  // MARK: load

  private static var load: Command {
    var command = Command(
      "load", "Unpack a bundle: its images into the store, its project into a folder", usage: "[OPTIONS] FILE",
      flags: [
        .text("to", nil, "Folder to make for the project (default: its name)", values: .directories),
        .boolean("up", nil, "Bring the project up, too"),
        Flag.pull.hidden, .quietPull,
      ], arity: 1...1, positionals: [.files]
    ) { try runLoad(Invocation($0)) }
    command.details = "No network is needed. A folder that has a compose file already is not written to."
    return command
  }

  private static func runLoad(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let source = ArchiveSource.path(arguments.positionals[0])
    let engine = try invocation.engine()
    guard let artifact = try engine.images.artifact(artifactType, in: source, limit: limit) else {
      throw Failure(
        .invalidInput, "there is no project in it", subject: arguments.positionals[0],
        hint: "`davit bundle create` makes bundles; `davit image load` loads archives of images")
    }
    let name = artifact.annotations[nameKey] ?? "project"
    guard let folder = arguments.text("to") ?? Self.folderName(name) else {
      throw Failure(.corrupt, "its project has the name \"\(name)\"", subject: arguments.positionals[0])
    }
    guard !FileStatus.exists("\(folder)/compose.yaml") else {
      throw Failure(
        .conflict, "there is a compose file already", subject: folder, hint: "name another folder with --to")
    }
    let result = try engine.images.load(LoadRequest(source, admit: invocation.registries(nil).admit))
    for warning in result.warnings { invocation.warn("\(warning)") }
    for line in result.images.flatMap(\.lines) { Output.standard.print(line) }
    try makeDirectories(folder, mode: 0o700)
    try TreeExtraction(into: ".", of: Linux.Descriptor.open(folder, .anchor)).extract(
      FileSource(stream: .memoryFile("project", artifact.layer)))
    Output.standard.print("Loaded project: \(name) in \(folder)")
    guard arguments.boolean("up") else { return ExitStatus.success }
    let project = try invocation.project(file: "\(folder)/compose.yaml", named: name)
    return try invocation.converge(UpOptions(), project, engine)
  }

  /// The name of a project as that of a folder here.
  private static func folderName(_ name: String) -> String? {
    name.isEmpty || name.hasPrefix(".") || name.contains("/") ? nil : name
  }
}
