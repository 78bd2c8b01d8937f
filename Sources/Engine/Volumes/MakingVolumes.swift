import Diagnostics
import Linux
import Spec

extension Engine {
  /// The volumes of a container that is being made: named ones that are missing, and anonymous ones for mounts without a
  /// name and for the image's volumes, unless a predecessor has one for the same target.
  func makeVolumes(
    _ spec: ContainerSpec, _ effective: EffectiveSpec, id: String, owner: Ownership?, predecessor: String?
  ) throws -> [ContainerRecord.VolumeUse] {
    let mounts = spec.mounts.filter { $0.kind == .volume }
    guard !mounts.isEmpty || !effective.imageVolumes.isEmpty || !spec.volumesFrom.isEmpty else { return [] }
    var inherited: [String: String] = [:]
    if let predecessor, let record = try? record(predecessor) {
      for volume in record.volumes where volume.anonymous { inherited[volume.target] = volume.name }
    }
    func anonymous(_ target: String, labels: [String: String]) throws -> String {
      if let name = inherited[target], try volumeStore.read(name) != nil { return name }
      var volume = VolumeSpec(name: Identifier.random())
      volume.labels = labels
      _ = try volumeStore.create(volume, owner: nil, madeFor: id)
      noteVolume(volume.name)
      noteVolume("create", volume.name)
      return volume.name
    }

    var uses: [ContainerRecord.VolumeUse] = []
    for mount in mounts {
      let target = EffectiveSpec.normalized(mount.target)
      if mount.source.isEmpty {
        let name = try anonymous(target, labels: mount.volumeLabels)
        uses.append(.init(name: name, target: target, readOnly: mount.readOnly, anonymous: true))
      } else {
        try Identifier.requireName(mount.source, of: "volume")
        if try volumeStore.create(VolumeSpec(name: mount.source), owner: nil, unlessPresent: true) {
          noteVolume(mount.source)
          noteVolume("create", mount.source)
        }
        uses.append(.init(name: mount.source, target: target, readOnly: mount.readOnly))
      }
    }
    let shared = try inheritedTargets(spec)
    for target in effective.imageVolumes.map(EffectiveSpec.normalized) where !shared.contains(target) {
      uses.append(.init(name: try anonymous(target, labels: [:]), target: target, anonymous: true))
    }
    return uses
  }

  /// Where `volumes_from` mounts something; the image's own volume there is not wanted then.
  private func inheritedTargets(_ spec: ContainerSpec) throws -> Set<String> {
    try Set(spec.volumesFrom.flatMap { try mountsShared(by: $0).map { EffectiveSpec.normalized($0.target) } })
  }

  /// The mounts that `volumes_from: source[:ro]` brings, volumes by their real names.
  func mountsShared(by entry: String) throws -> [MountSpec] {
    let parts = entry.split(separator: ":", maxSplits: 1)
    let source = try record(String(parts.first ?? ""))
    var mounts = source.spec.mounts.filter { $0.kind == .bind }
    for use in source.volumes {
      mounts.append(MountSpec(.volume, source: use.name, target: use.target, readOnly: use.readOnly))
    }
    if parts.count > 1, parts[1] == "ro" { for index in mounts.indices { mounts[index].readOnly = true } }
    return mounts
  }

  func noteVolume(_ name: String) {
    let folder = volumeStore.folder(name)
    changes.note("\(folder)/\(VolumeStore.recordName)", folder, host.volumes)
  }
}
