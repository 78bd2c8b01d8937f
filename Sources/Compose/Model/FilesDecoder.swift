import Spec
import YAML

extension ContainerSpec {
  mutating func readFiles(_ attributes: inout Attributes) {
    mounts = attributes.objects("volumes").compactMap { MountSpec($0) }
    mounts += attributes.list("tmpfs").map(MountSpec.init(tmpfs:))
    volumesFrom = attributes.list("volumes_from")
    readOnly = attributes.bool("read_only") ?? false
    shmSize = attributes.bytes("shm_size")
    storageOptions = attributes.strings("storage_opt")
  }
}

extension MountSpec {
  init?(_ entry: Attributes) {
    var entry = entry
    let type = entry.string("type") ?? "volume"
    guard let kind = Kind(rawValue: type) else {
      entry.unsupported("type", "mounts of type \"\(type)\" do not exist on one Linux machine")
      return nil
    }
    self.init(
      kind, source: entry.string("source") ?? "", target: entry.string("target") ?? "",
      readOnly: entry.bool("read_only") ?? false)
    if !target.hasPrefix("/") {
      // As in Docker Compose one letter before a colon is a drive.
      let isDrive = [target, source].contains { $0.first?.isLetter == true && $0.dropFirst().first == ":" }
      entry.refuse(
        "target", "\"\(target)\" is no absolute path",
        hint: isDrive
          ? "one letter before a colon is a drive of Windows: give the volume a longer name, or use the long form"
          : "where it is to be mounted begins with /")
    }
    entry.skip("consistency")  // Docker Desktop's: there is one file system here.
    if var bind = entry.object("bind") {
      propagation = bind.string("propagation")
      createHostPath = bind.bool("create_host_path") ?? true
      recursive = bind.string("recursive")
      selinux = bind.string("selinux")
      bind.finish()
    }
    if var volume = entry.object("volume") {
      noCopy = volume.bool("nocopy") ?? false
      subpath = volume.string("subpath")
      volumeLabels = volume.strings("labels")
      volume.finish()
    }
    if var tmpfs = entry.object("tmpfs") {
      tmpfsSize = tmpfs.bytes("size")
      tmpfsMode = tmpfs.mode("mode")
      tmpfs.finish()
    }
    if var image = entry.object("image") {
      subpath = image.string("subpath")
      image.finish()
    }
    entry.finish()
  }

  /// `/run:size=64m,mode=1770,noexec`, an entry of `tmpfs`.
  init(tmpfs text: String) {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    self.init(.tmpfs, target: parts.first ?? "")
    for option in parts.dropFirst().first?.split(separator: ",").map(String.init) ?? [] {
      let pair = option.split(separator: "=", maxSplits: 1).map(String.init)
      switch (pair.first, pair.count > 1 ? pair[1] : nil) {
      case ("size", let value?) where Quantity.bytes(value) != nil: tmpfsSize = Quantity.bytes(value)
      case ("mode", let value?) where UInt32(value, radix: 8) != nil: tmpfsMode = UInt32(value, radix: 8)
      case ("ro", _): readOnly = true
      case ("rw", _): break
      default: tmpfsOptions.append(option)
      }
    }
  }
}
