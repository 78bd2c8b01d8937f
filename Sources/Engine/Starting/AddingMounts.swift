import Diagnostics
import Images
import Launch
import Linux
import Runtime
import Spec

extension Engine {
  /// Resolves what is mounted into a container to places on this machine: volumes are mounted and filled, missing host
  /// folders made, images unpacked.
  /// - Returns: the sources that are no mere path, for `replaceSources`.
  func addMounts(_ record: ContainerRecord, layers: [String], to resources: inout LaunchResources) throws
    -> [(mount: MountSpec, source: MountSource)]
  {
    var special: [(mount: MountSpec, source: MountSource)] = []
    var mounts = record.spec.mounts
    for entry in record.spec.volumesFrom {
      let taken = Set(mounts.map { EffectiveSpec.normalized($0.target) })
      mounts += try mountsShared(by: entry).filter { !taken.contains(EffectiveSpec.normalized($0.target)) }
    }
    let targets = Set(mounts.map { EffectiveSpec.normalized($0.target) })
    for use in record.volumes where !targets.contains(use.target) {
      mounts.append(MountSpec(.volume, source: use.name, target: use.target, readOnly: use.readOnly))
    }
    for mount in mounts {
      let source: MountSource =
        switch mount.kind {
        case .bind: .path(try bindSource(mount))
        case .volume: try volumeSource(mount, record, layers: layers)
        case .tmpfs: .path("")
        case .image: try imageSource(mount)
        }
      resources.mounts.append((mount, source.path))
      if case .path = source { continue }
      special.append((mount, source))
    }
    let paths = host.container(record.id)
    for (index, file) in record.spec.files.enumerated() {
      resources.files.append((file, try fileSource(file, index, paths)))
    }
    return special
  }

  private func bindSource(_ mount: MountSpec) throws -> String {
    if !FileStatus.exists(mount.source) {
      guard mount.createHostPath else {
        throw Failure(
          .notFound, "there is no \(mount.source) to mount on \(mount.target)",
          hint: "make it, or set create_host_path: true")
      }
      try makeDirectories(mount.source)
    }
    return mount.source
  }

  private func volumeSource(_ mount: MountSpec, _ record: ContainerRecord, layers: [String]) throws -> MountSource {
    let target = EffectiveSpec.normalized(mount.target)
    // An anonymous volume has its name from the record.
    let name = mount.source.isEmpty ? record.volumes.first { $0.target == target }?.name ?? "" : mount.source
    guard let volume = try volumeStore.read(name) else {
      throw Failure(
        .notFound, "volume \(name), which is to be mounted on \(mount.target), does not exist",
        hint: "a new container makes a new one")
    }
    try mountVolume(volume)
    if !mount.noCopy { try fillVolume(name, from: layers, at: target) }
    guard let subpath = mount.subpath, !subpath.isEmpty else { return .path(volume.mountpoint) }
    return try place(subpath, in: volume.mountpoint, "volume \(name)")
  }

  /// A place inside a volume or image. What is in there was written by containers, so it is resolved inside of it and
  /// from then on held by its descriptor: a link that is put there later leads nowhere (CVE-2021-25741).
  private func place(_ subpath: String, in root: String, _ what: String) throws -> MountSource {
    do { return .place(try Linux.Descriptor.open(root, .anchor).openInRoot(subpath, .pathOnly)) } catch {
      throw Failure(error).about("subpath \(subpath) of \(what)")
    }
  }

  private func imageSource(_ mount: MountSpec) throws -> MountSource {
    let layers = try images.layers(of: images.resolve(mount.source, platform: nil))
    let subpath = mount.subpath ?? ""
    if layers.count == 1 {
      return subpath.isEmpty ? .path(layers[0]) : try place(subpath, in: layers[0], "image \(mount.source)")
    }
    if subpath.isEmpty { return .layers(layers) }
    do {
      switch try PlaceInLayers(subpath, in: layers) {
      case .file(let file): return .place(file)
      case .folder(let parts): return parts.count == 1 ? .path(parts[0]) : .layers(parts)
      }
    } catch { throw Failure(error).about("subpath \(subpath) of image \(mount.source)") }
  }

  private func fileSource(_ file: FileSpec, _ index: Int, _ paths: ContainerPaths) throws -> String {
    if let path = file.hostPath {
      guard FileStatus.exists(path) else {
        throw Failure(.notFound, "there is no \(path)", subject: "\(file.kind.rawValue) \(file.name)")
      }
      return path
    }
    return "\(paths.files)/\(index)"
  }
}

/// Where a mount comes from.
enum MountSource: Sendable {
  case path(String)
  /// A place that is held, whatever its name becomes.
  case place(Linux.Descriptor)
  /// Of an image, topmost first.
  case layers([String])

  /// A path that is good in this process for as long as the value lives.
  var path: String {
    switch self {
    case .path(let path): path
    case .place(let descriptor): descriptor.procPath
    case .layers(let layers): layers[0]
    }
  }
}

extension PreparedLaunch {
  /// Puts in what a path could not say.
  mutating func replaceSources(_ special: [(mount: MountSpec, source: MountSource)]) {
    for (mount, source) in special {
      let target = EffectiveSpec.normalized(mount.target)
      guard let index = message.container.mounts.firstIndex(where: { EffectiveSpec.normalized($0.target) == target })
      else { continue }
      switch source {
      case .path: break
      case .place(let descriptor):
        message.container.mounts[index].source = ""
        message.container.mounts[index].sourceDescriptor = Descriptors.first + Int32(descriptors.count)
        descriptors.append(descriptor)
      case .layers(let layers):
        message.container.mounts[index].kind = .fileSystem
        message.container.mounts[index].fileSystem = "overlay"
        message.container.mounts[index].source = "overlay"
        message.container.mounts[index].flags = MountFlags.readOnly.rawValue
        message.container.mounts[index].data = "lowerdir=" + layers.map(Self.escaped).joined(separator: ":")
      }
    }
  }

  /// overlayfs splits its options at commas and its layers at colons; an image may have either in the names of its folders.
  private static func escaped(_ path: String) -> String {
    path.replacing("\\", with: "\\\\").replacing(":", with: "\\:").replacing(",", with: "\\,")
  }
}
