import Diagnostics
import Linux
import OCI

extension ImageStore {
  /// The overlay lower directories of an image, topmost first. Layers that are not unpacked yet are unpacked.
  public func layers(of image: Image) throws -> [String] {
    try asFailure {
      if let known = places.withLock({ $0[image.id] }), known.allSatisfy(FileStatus.exists) { return known }
      return try unpacking.withLock { _ in
        try setGarbledAside(image)
        if placesIfComplete(image) == nil { try unpack(image) }
        guard let found = placesIfComplete(image) else {
          throw Failure(.corrupt, "its layers vanished while they were unpacked", subject: "image \(image.id)")
        }
        places.withLock { $0[image.id] = found }
        return found
      }
    }
  }

  private func placesIfComplete(_ image: Image) -> [String]? {
    let diffIDs = image.configuration.rootfs.diffIDs
    let chainIDs = LayerKey.chainIDs(diffIDs)
    var places: [String] = []
    for index in diffIDs.indices.reversed() {
      guard let (path, record) = layout.findLayer(diffIDs[index], chainIDs[index]) else { return nil }
      // overlayfs refuses the same directory twice, and the upper one hides all that the lower one has.
      if !places.contains(path) { places.append(path) }
      if record.hidesLower { break }
    }
    return places
  }

  /// Layers are not synchronized to the disk, because they can be made again. One of an earlier boot is looked through
  /// once: after a power cut files of it may have lost their content, and are shorter then. Such a layer goes away.
  private func setGarbledAside(_ image: Image) throws {
    let diffIDs = image.configuration.rootfs.diffIDs
    for (diffID, chainID) in zip(diffIDs, LayerKey.chainIDs(diffIDs)) {
      guard let (path, record) = layout.findLayer(diffID, chainID), record.boot != LayerRecord.thisBoot else {
        continue
      }
      let folder = splitPath(path).folder
      if try Descriptor.open(path, [.directory]).treeSize() == record.size {
        var checked = record
        checked.boot = LayerRecord.thisBoot
        try writeAtomically(JSON.encode(checked), to: folder + "/" + LayerRecord.fileName)
      } else {
        try GarbageCollection.removeLayer(splitPath(folder).name, layout)
      }
    }
  }

  private func unpack(_ image: Image) throws {
    let staging = try Staging(layout)
    defer { staging.discard() }
    let blobs = try zip(image.layers, image.configuration.rootfs.diffIDs).map { descriptor, diffID in
      let file = try staging.open(descriptor.digest)
      return LayerBlob(
        member: ArchiveMember(file: file, size: try file.status().size), promised: descriptor, diffID: diffID)
    }
    _ = try LayerIngest(staging).take(blobs, unpack: true)
    try staging.commit { _ in }
  }

  /// Bytes of the files of an image's unpacked layers; 0 for layers that are not unpacked.
  public func size(of image: Image) -> Int64 { layerSizes(of: image).reduce(0, +) }

  /// Lowest first.
  func layerSizes(of image: Image) -> [Int64] {
    let diffIDs = image.configuration.rootfs.diffIDs
    return zip(diffIDs, LayerKey.chainIDs(diffIDs)).map { layout.findLayer($0, $1)?.record.size ?? 0 }
  }
}
