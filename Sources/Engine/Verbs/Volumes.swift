import Diagnostics
import Linux
import Spec

extension Engine {
  /// - Parameter project: only those that belong to it.
  public func volumes(project: String? = nil) throws -> [Volume] {
    let (volumes, damaged) = try volumeStore.list()
    for (_, failure) in damaged { warn("\(failure.description) (`davit doctor --repair` sets it aside)") }
    return project == nil ? volumes : volumes.filter { $0.owner?.project == project }
  }

  public func volume(_ name: String) throws -> Volume {
    guard let volume = try volumeStore.read(name) else {
      throw Failure(.notFound, "no such volume", subject: "volume \(name)")
    }
    return volume
  }

  /// Makes a volume; an empty name makes an anonymous one.
  /// - Throws: `.conflict` where the name is taken.
  public func createVolume(_ spec: VolumeSpec, owner: Ownership? = nil) throws -> Volume {
    try host.requirePrivileges()
    var spec = spec
    let isAnonymous = spec.name.isEmpty
    if isAnonymous { spec.name = Identifier.random() }
    try Identifier.requireName(spec.name, of: "volume")
    guard spec.driver == "local" else {
      throw Failure(
        .unsupported, "there is no volume driver \"\(spec.driver)\"", subject: "volume \(spec.name)",
        hint: "use the driver \"local\"")
    }
    try VolumeMount.check(spec)
    guard try volumeStore.create(spec, owner: owner, madeFor: isAnonymous ? "" : nil) else {
      throw Failure(.conflict, "there is a volume of that name already", subject: "volume \(spec.name)")
    }
    noteVolume(spec.name)
    noteVolume("create", spec.name)
    return try volume(spec.name)
  }

  /// The volume of that name, made where it is not there; as Docker's `volume create`, which can be said twice.
  /// - Throws: `.conflict` where the one that is there has other options.
  public func ensureVolume(_ spec: VolumeSpec) throws -> Volume {
    if !spec.name.isEmpty, let volume = try volumeStore.read(spec.name) {
      guard volume.spec.driverOptions == spec.driverOptions || spec.driverOptions.isEmpty else {
        throw Failure(.conflict, "is there already, with other options", subject: "volume \(spec.name)")
      }
      return volume
    }
    return try createVolume(spec)
  }

  /// Refused while a container uses it, whether that runs or not.
  /// - Parameter force: a volume that does not exist is no failure.
  public func removeVolume(_ name: String, force: Bool = false) throws {
    try host.requirePrivileges()
    let lock = try volumeStore.holdAll()
    defer { lock.unlock() }
    guard FileStatus.exists(volumeStore.folder(name)), try volumeStore.record(name) != nil else {
      if force { return }
      throw Failure(.notFound, "no such volume", subject: "volume \(name)")
    }
    let users = try containerStore.users(ofVolume: name).map(\.name)
    guard users.isEmpty else {
      throw Failure(
        .conflict, "is used by \(users.joined(separator: ", "))", subject: "volume \(name)",
        hint: "remove these containers first")
    }
    do {
      try unmountVolume(name)
      failpoints("volume.unmounted")
      try volumeStore.remove(name)
      noteVolume("destroy", name)
    } catch { throw Failure(error).about("volume \(name)") }
  }
}
