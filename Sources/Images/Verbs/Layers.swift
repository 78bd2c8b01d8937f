import Diagnostics
import Linux
import OCI

extension ImageStore {
  /// The overlay lower directories of an image, topmost first. Layers that are not unpacked yet are unpacked.
  public func layers(of image: Image) throws -> [String] {
    try asFailure {
      if let there = placesIfComplete(image) { return there }
      return try unpacking.withLock { _ in
        if let there = placesIfComplete(image) { return there }
        try unpack(image)
        guard let places = placesIfComplete(image) else {
          throw Failure(.corrupt, "its layers vanished while they were unpacked", subject: "image \(image.id)")
        }
        return places
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

  private func unpack(_ image: Image) throws {
    let staging = try Staging(layout)
    defer { staging.discard() }
    let blobs = try zip(image.layers, image.configuration.rootfs.diffIDs).map { descriptor, diffID in
      let file = try staging.open(descriptor.digest)
      return LayerBlob(
        member: ArchiveMember(file: file, size: try file.status().size), promised: descriptor, diffID: diffID)
    }
    _ = try LayerIngest(staging: staging, progress: nil).take(blobs, unpack: true)
    try staging.commit { _ in }
  }

  /// Bytes of the files of an image's unpacked layers; 0 for layers that are not unpacked.
  func size(of image: Image) -> Int64 { layerSizes(of: image).reduce(0, +) }

  /// Lowest first.
  func layerSizes(of image: Image) -> [Int64] {
    let diffIDs = image.configuration.rootfs.diffIDs
    return zip(diffIDs, LayerKey.chainIDs(diffIDs)).map { layout.findLayer($0, $1)?.record.size ?? 0 }
  }
}
