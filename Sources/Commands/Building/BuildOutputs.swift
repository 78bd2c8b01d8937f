import Building
import Diagnostics
import Engine
import Glibc
import Images
import Linux
import OCI
import Presentation
import Registry

/// Where the results of a build go.
extension BuildRun {
  func write(_ results: [BuildResult], _ engine: Engine, _ registries: Registries) throws -> StoredBuild? {
    let inline = cacheTargets.contains { $0.kind == .inline }
    func store(_ names: [Reference]) throws -> StoredBuild {
      try StoredBuild(results, names, tellsSteps: inline)
    }
    guard !outputs.isEmpty else { return try store(request.names) }
    var stored: StoredBuild?
    for output in outputs {
      let names = request.names + (try output.names.map { try Reference($0).tagged })
      switch output.kind {
      case .cacheonly: break
      case .local:
        for result in results {
          let folder = output.destination! + (results.count == 1 ? "" : "/\(result.folderName)")
          try result.write(into: folder, uid: geteuid(), gid: getegid())
        }
      case .tar: try BuildResult.writeArchive(results, to: open(output.destination!))
      case .image, .registry:
        stored = try store(names)
        if output.pushes { try push(names, engine, registries) }
      case .docker where output.destination == nil: stored = try store(names)
      case .docker, .oci: stored = try archive(store([]), names, output, engine)
      }
    }
    return stored
  }

  private func open(_ path: String) throws -> Descriptor {
    guard path == "-" else { return try Descriptor.open(path, [.writeOnly, .create, .truncate], mode: 0o644) }
    guard isatty(1) == 0 else {
      throw Failure(.invalidInput, "an archive is not written to a terminal", hint: "redirect it, or name a file")
    }
    return try Descriptor.borrowing(1)
  }

  private func archive(
    _ stored: StoredBuild, _ names: [Reference], _ output: OutputSpecification, _ engine: Engine
  ) throws -> StoredBuild {
    defer { try? engine.images.forgetUnnamed(stored.root) }
    // Docker's own form has neither indexes nor what is said of images.
    let root = output.kind == .docker ? stored.images[0].manifest : stored.root
    if output.isArchive {
      try engine.images.save(root, as: names, to: open(output.destination!))
    } else {
      let contents = try engine.images.pushContents(of: root)
      try LayoutFolder.write(contents, to: output.destination!, name: names.first?.tag ?? "latest")
    }
    return stored
  }

  private func push(_ names: [Reference], _ engine: Engine, _ registries: Registries) throws {
    guard !names.isEmpty else { throw Failure(.invalidInput, "tag is needed when pushing to registry") }
    for name in names {
      let contents = try engine.images.pushContents(name)
      try registries.repository(name).push(contents, as: name.tag ?? Reference.defaultTag) { _ in }
      if progress == .plain { Output.error.print("pushed \(name) \(contents.root.digest)") }
    }
  }

  /// Refuses what does not go together, before anything is built.
  func check() throws {
    guard platforms.count > 1 else { return }
    if outputs.contains(where: { $0.kind == .docker && $0.destination != nil }) {
      throw Failure(
        .unsupported, "docker exporter does not currently support exporting manifest lists", subject: "--output",
        hint: "type=oci does, and the store of this machine")
    }
  }

  /// What buildx says of a build in `--metadata-file`.
  func writeMetadata(of stored: StoredBuild, to path: String) throws {
    let root = stored.root
    var descriptor: [JSONValue.Member] = [
      .init("mediaType", .string(root.mediaType.rawValue)), .init("digest", .string(root.digest.description)),
      .init("size", .integer(root.size)),
    ]
    var members: [JSONValue.Member] = []
    if stored.images.count == 1 {
      let image = stored.images[0]
      members.append(.init("containerimage.config.digest", .string(image.id.description)))
      descriptor.append(
        .init(
          "platform",
          .object([
            .init("architecture", .string(image.configuration.architecture)),
            .init("os", .string(image.configuration.os)),
          ])))
    }
    members.append(.init("containerimage.descriptor", .object(descriptor)))
    members.append(.init("containerimage.digest", .string(root.digest.description)))
    if !request.names.isEmpty {
      members.append(.init("image.name", .string(request.names.map(\.description).joined(separator: ","))))
    }
    try writeAtomically(Array((JSONValue.object(members).indented(by: 2) + "\n").utf8), to: path)
  }
}

extension StoredBuild {
  /// What is told of the build: the image's id, or the digest of an index of several.
  var id: Digest { images.count == 1 ? images[0].id : root.digest }
}
