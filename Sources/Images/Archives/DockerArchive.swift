import Diagnostics
import Linux
import OCI

// `manifest.json`, a configuration and layers for each image: what `docker save` wrote before version 25, and what
// skopeo, Bazel, Kaniko and Nix write.
extension ArchiveLoad {
  func dockerArchive(_ bytes: [UInt8], tag: String?) throws -> [Root] {
    let entries = try JSON.decode([DockerArchiveEntry].self, from: bytes, what: "manifest.json")
    let wanted = entries.filter { isWanted(tag, $0.repoTags ?? []) }
    guard !wanted.isEmpty else { throw nothingWanted(tag, there: entries.flatMap { $0.repoTags ?? [] }) }
    return try wanted.map { try take($0) }
  }

  private func take(_ entry: DockerArchiveEntry) throws -> Root {
    let bytes = try contents.document(entry.config, limit: JSON.configLimit)
    let id = try staging.put(bytes)
    let configuration = try configuration(bytes, id, layers: entry.layers.count)
    let names = try (entry.repoTags ?? []).map { try Reference($0).tagged }
    // The image is here, perhaps packed in another way: that manifest serves.
    if let known = try catalog.packed(id) { return Root(descriptor: known, names: names, ids: [id]) }
    let layers = try zip(entry.layers, configuration.rootfs.diffIDs).map { name, diffID in
      guard let member = try contents.member(name) else {
        throw Failure(.corrupt, "\(name) is missing in the archive", subject: "image \(id)")
      }
      return LayerBlob(member: member, diffID: diffID)
    }
    let taken = try ingest.take(layers, unpack: true)
    warnings += taken.warnings
    let manifest = Manifest(
      config: ContentDescriptor(mediaType: .config, digest: id, size: Int64(bytes.count)), layers: taken.blobs)
    let encoded = JSON.encode(manifest)
    let descriptor = ContentDescriptor(
      mediaType: .manifest, digest: try staging.put(encoded), size: Int64(encoded.count),
      platform: configuration.platform)
    return Root(descriptor: descriptor, names: names, ids: [id])
  }
}
