import Diagnostics
import OCI

/// What images and builds take on the disk, in bytes: blobs as they came, and their layers unpacked.
public struct StoreUsage: Sendable {
  public struct OfImage: Sendable {
    public var image: ImageSummary
    /// What other images need too.
    public var shared: Int64
    /// What would become free if only this image went.
    public var unique: Int64
  }

  /// One for each line of `image ls`.
  public var images: [OfImage] = []
  /// All images together, each piece once.
  public var size: Int64 = 0
  /// What no image that a container uses needs.
  public var reclaimable: Int64 = 0
  /// The results of build steps that are kept for the next build, and what only they need.
  public var buildSteps = 0
  public var buildSize: Int64 = 0
}

extension ImageStore {
  /// - Parameter used: ids of the images that containers stand on.
  public func usage(used: Set<String>) throws -> StoreUsage {
    try asFailure {
      let hold = try hold()
      defer { hold.release() }
      var usage = StoreUsage()
      let index = try catalog.index()
      // By what a name leads to: two names of one image are one thing on the disk.
      var parts: [Digest: StoreParts] = [:]
      var build = StoreParts()
      for entry in index.entries {
        var own = StoreParts()
        try own.add(entry.descriptor, catalog)
        guard entry.buildStep == nil else {
          usage.buildSteps += 1
          build.formUnion(own)
          continue
        }
        parts[entry.descriptor.digest] = own
      }
      var all = StoreParts()
      var needed = StoreParts()
      for entry in index.entries where entry.buildStep == nil {
        guard let own = parts[entry.descriptor.digest] else { continue }
        all.formUnion(own)
        if try catalog.manifests(of: entry.descriptor).contains(where: {
          used.contains($0.manifest.config.digest.description)
        }) {
          needed.formUnion(own)
        }
      }
      usage.size = all.size
      usage.reclaimable = all.subtracting(needed).size
      usage.buildSize = build.subtracting(all).size
      var users: [StoreParts.Part: Int] = [:]
      for part in parts.values.flatMap(\.sizes.keys) { users[part, default: 0] += 1 }
      usage.images = try list().map { image in
        let own = parts[image.manifestDigest] ?? StoreParts()
        let unique = own.sizes.filter { users[$0.key] == 1 }.values.reduce(0, +)
        return StoreUsage.OfImage(image: image, shared: own.size - unique, unique: unique)
      }
      return usage
    }
  }
}
