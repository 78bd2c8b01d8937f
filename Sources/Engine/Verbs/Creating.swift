import Diagnostics
import Images
import Linux
import OCI
import Spec

extension Engine {
  /// Makes a container that does not run yet. Its image must be here; volumes that are missing are made.
  /// - Parameter predecessor: a container whose anonymous volumes it takes over, target by target.
  /// - Returns: its id and what a person should know.
  public func create(
    _ spec: ContainerSpec, owner: Ownership? = nil, inheriting predecessor: String? = nil
  ) throws -> (id: String, warnings: [Warning]) {
    try host.requirePrivileges()
    finishUnfinished()
    try Identifier.requireName(spec.name, of: "container")
    try requireSupported(spec)
    // The image stays until the record says that it is used.
    let hold = try images.hold()
    defer { hold.release() }
    var spec = spec
    let image = try image(for: spec)
    spec.imageID = image.id.description
    let warnings = self.warnings(about: spec)
    let draft = try containerStore.begin()
    failpoints("create.begun")
    do {
      try claim(spec.name, for: draft.name)
      failpoints("create.named")
      let effective = try EffectiveSpec(spec, image: image.execution, id: draft.name)
      try writeFiles(of: spec, user: effective.user, in: draft.folder)
      try StorageLimit(spec.storageOptions)?.apply(to: draft.folder, id: draft.name, in: host.root)
      // Volumes are not removed while a container that will use them is not written down yet.
      let volumesInUse = try volumeStore.holdExisting()
      defer { volumesInUse.unlock() }
      let volumes = try makeVolumes(spec, effective, id: draft.name, owner: owner, predecessor: predecessor)
      failpoints("create.volumes")
      let record = ContainerRecord(
        id: draft.name, spec: spec, owner: owner, created: .now(), arguments: effective.arguments,
        entrypointLength: effective.entrypointLength, volumes: volumes)
      try wishForAddresses(record)
      try containerStore.finish(draft, record)
    } catch {
      withdrawWishes(of: draft.name, spec)
      for volume in (try? volumeStore.anonymous(madeFor: draft.name)) ?? [] { try? volumeStore.remove(volume) }
      if !spec.storageOptions.isEmpty { StorageLimit.clear(draft.folder) }
      containerStore.abandon(draft, name: spec.name)
      throw Failure(error).of(container: spec.name)
    }
    failpoints("create.finished")
    if let record = try? record(draft.name) { note("create", record) }
    changes.note(host.container(draft.name).record, host.container(draft.name).folder, host.containers, host.names)
    return (draft.name, warnings)
  }

  /// A name that a container with a damaged record has would be lost for ever: that container is set aside.
  private func claim(_ name: String, for id: String) throws {
    do { try containerStore.claim(name, for: id) } catch {
      guard error.code == .corrupt, let holder = try? readLink("\(host.names)/\(name)"),
        !LiveState.of(host.container(holder)).isAlive
      else { throw error }
      try setAside(holder, of: host.containers, "container")
      try containerStore.claim(name, for: id)
    }
  }

  /// The image that a specification means: by its digest where that is known.
  func image(for spec: ContainerSpec) throws -> Image {
    do {
      let platform = try spec.platform.map { try Platform($0) }
      return try images.resolve(spec.imageID.isEmpty ? spec.image : spec.imageID, platform: platform)
    } catch let failure as Failure where failure.code == .notFound {
      throw Failure(
        .notFound, "image \(spec.image) is not on this machine", subject: "container \(spec.name)",
        hint: "bring it in with `davit image load` or `davit image import`")
    }
  }

  /// How the programs of a container run, as its image says it.
  func execution(for spec: ContainerSpec) throws -> ExecutionParameters {
    if let id = try? Digest(spec.imageID), let execution = try? images.execution(of: id) { return execution }
    return try image(for: spec).execution
  }

  /// The file is mounted as it is, so it has the owner and mode that it is to have inside; on the host the folder keeps
  /// everybody else out.
  /// - Parameter user: of the container: who owns it unless somebody else is named, as far as numbers say it.
  private func give(_ file: FileSpec, _ name: FileName, in folder: Linux.Descriptor, user: String) throws {
    let parts = user.split(separator: ":", omittingEmptySubsequences: false)
    func number(_ text: String?, _ place: Int) throws -> UInt32 {
      guard let text else { return place < parts.count ? UInt32(parts[place]) ?? 0 : 0 }
      guard let number = UInt32(text) else {
        throw Failure(.invalidInput, "\"\(text)\" is no number", subject: "\(file.kind.rawValue) \(file.name)")
      }
      return number
    }
    try folder.setOwner(of: name, uid: number(file.uid, 0), gid: number(file.gid, 1))
    try folder.setPermissions(of: name, file.mode ?? 0o444)
  }

  /// Contents of secrets and configs are kept apart from the record, where only root can read them.
  private func writeFiles(of spec: ContainerSpec, user: String, in folder: String) throws {
    let contents = spec.files.enumerated().filter { $0.element.hostPath == nil }
    guard !contents.isEmpty else { return }
    try makeDirectories("\(folder)/\(ContainerPaths.filesName)", mode: 0o700)
    for (index, file) in contents {
      guard let bytes = file.content else {
        throw Failure(.invalidInput, "\(file.kind.rawValue) \(file.name) has neither a content nor a file")
      }
      let path = "\(folder)/\(ContainerPaths.filesName)/\(index)"
      let opened = try Linux.Descriptor.open(path, [.writeOnly, .create, .exclusive], mode: 0o600)
      try opened.writeAll(bytes)
      try give(
        file, FileName("\(index)"), in: Linux.Descriptor.open("\(folder)/\(ContainerPaths.filesName)", .anchor),
        user: user)
    }
  }
}
