import Diagnostics
import Linux
import OCI

// An image layout (image-spec, image-layout.md), as a folder or in a tar file.
extension ArchiveLoad {
  func layout(_ bytes: [UInt8], tag: String?) throws -> [Root] {
    let index = try JSON.decode(Index.self, from: bytes, what: "index.json", limit: 64 << 20)
    func names(_ descriptor: ContentDescriptor) -> [String] {
      [Annotation.imageName, Annotation.referenceName].compactMap { descriptor.annotations?[$0] }
    }
    // What travels beside the images is for those who know it.
    let wanted = index.manifests.filter { $0.artifactType == nil && isWanted(tag, names($0)) }
    guard !wanted.isEmpty else { throw nothingWanted(tag, there: index.manifests.flatMap { names($0).suffix(1) }) }
    return try wanted.compactMap { descriptor in
      guard descriptor.mediaType.isIndex || descriptor.mediaType.isManifest else {
        warnings.append(Warning("\(descriptor.digest) is left out: \(descriptor.mediaType) is no image"))
        return nil
      }
      let name = names(descriptor).first
      do {
        let ids = try take(descriptor)
        var root = ContentDescriptor(mediaType: descriptor.mediaType, digest: descriptor.digest, size: descriptor.size)
        root.platform = descriptor.platform
        return Root(descriptor: root, names: try name.map { [try Reference($0).tagged] } ?? [], ids: ids)
      } catch {
        throw Failure(error, subject: name.map { "image \($0)" } ?? "")
      }
    }
  }

  /// An image, or all images of an index that the archive holds; of those the best for this machine is unpacked.
  private func take(_ descriptor: ContentDescriptor, depth: Int = 0) throws -> [Digest] {
    guard descriptor.mediaType.isIndex else { return [try takeManifest(descriptor, unpack: true)] }
    guard depth < 4 else { throw Failure(.corrupt, "indexes within indexes", subject: "index \(descriptor.digest)") }
    let bytes = try document(descriptor, limit: JSON.manifestLimit)
    let index = try JSON.decode(Index.self, from: bytes, what: "index \(descriptor.digest)")
    try staging.put(bytes, as: descriptor.digest)
    // Attestations are no images, and an archive may hold only some of the platforms.
    var children = try index.manifests.filter { child in
      guard child.annotations?[Annotation.referenceType] == nil else { return false }
      return try contents.member(Self.blobPath(child.digest)) != nil || staging.has(child.digest)
    }
    let target = platform ?? .host
    let best = children.compactMap { child in
      child.platform.flatMap { target.preference(of: $0) }.map { (child: child, rank: $0) }
    }.min { $0.rank < $1.rank }?.child
    if let platform {
      guard let best else { throw Failure(.notFound, "the archive holds no image for \(platform)") }
      children = [best]
    }
    guard !children.isEmpty else { throw Failure(.corrupt, "none of the index's images is in the archive") }
    return try children.flatMap { child in
      if child.mediaType.isIndex { return try take(child, depth: depth + 1) }
      return [try takeManifest(child, unpack: child.digest == (best ?? children[0]).digest)]
    }
  }

  private func takeManifest(_ descriptor: ContentDescriptor, unpack: Bool) throws -> Digest {
    let what = "manifest \(descriptor.digest)"
    let bytes = try document(descriptor, limit: JSON.manifestLimit)
    let manifest = try JSON.decode(Manifest.self, from: bytes, what: what)
    guard manifest.schemaVersion == 2 else {
      throw Failure(.unsupported, "schema version \(manifest.schemaVersion)", subject: what)
    }
    guard manifest.config.mediaType.isConfig else {
      throw Failure(.unsupported, "\(manifest.config.mediaType) is no image", subject: what)
    }
    let configurationBytes = try document(manifest.config, limit: JSON.configLimit)
    let configuration = try configuration(
      configurationBytes, manifest.config.digest, layers: manifest.layers.count)
    let layers = try zip(manifest.layers, configuration.rootfs.diffIDs).map { try layer($0, $1) }
    warnings += try ingest.take(layers, unpack: unpack).warnings
    try staging.put(configurationBytes, as: manifest.config.digest)
    try staging.put(bytes, as: descriptor.digest)
    return manifest.config.digest
  }

  private func layer(_ descriptor: ContentDescriptor, _ diffID: Digest) throws -> LayerBlob {
    let what = "layer \(descriptor.digest)"
    if descriptor.mediaType.isForeignLayer {
      throw Failure(
        .unsupported, "its publisher does not allow copies, and it is fetched from elsewhere", subject: what)
    }
    guard descriptor.mediaType.isLayer else {
      throw Failure(.unsupported, "unknown media type \(descriptor.mediaType)", subject: what)
    }
    if let member = try contents.member(Self.blobPath(descriptor.digest)) {
      return LayerBlob(member: member, promised: descriptor, diffID: diffID)
    }
    guard staging.has(descriptor.digest) else { throw Failure(.corrupt, "missing in the archive", subject: what) }
    let file = try staging.open(descriptor.digest)
    return LayerBlob(
      member: ArchiveMember(file: file, size: try file.status().size), promised: descriptor, diffID: diffID)
  }

  /// A small blob, checked against what led to it.
  private func document(_ descriptor: ContentDescriptor, limit: Int) throws -> [UInt8] {
    let what = "blob \(descriptor.digest)"
    let bytes: [UInt8]
    if let member = try contents.member(Self.blobPath(descriptor.digest)) {
      bytes = try member.bytes(limit: limit, what)
    } else if staging.has(descriptor.digest) {
      bytes = try staging.open(descriptor.digest).readAll(limit: limit)
    } else {
      throw Failure(.corrupt, "missing in the archive", subject: what)
    }
    guard bytes.count == descriptor.size else {
      throw Failure(.corrupt, "it has \(bytes.count) bytes instead of \(descriptor.size)", subject: what)
    }
    try Documents.check(bytes, descriptor.digest, what)
    return bytes
  }

  static func blobPath(_ digest: Digest) -> String { "blobs/\(digest.algorithm.rawValue)/\(digest.hex)" }
}
