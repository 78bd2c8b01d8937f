import Diagnostics
import Linux
import OCI

/// One load: reads what an archive says of its images, checks it, and stages everything.
final class ArchiveLoad {
  /// What an index entry will lead to.
  struct Root {
    var descriptor: ContentDescriptor
    var names: [Reference]
    var ids: [Digest]
  }

  let contents: any ArchiveContents
  private let opened: ArchiveSource.Opened
  private let admit: (@Sendable (ArchiveOrigin) throws -> Void)?
  let staging: Staging
  let platform: Platform?
  let ingest: LayerIngest
  let catalog: Catalog
  var warnings: [Warning] = []

  init(_ opened: ArchiveSource.Opened, _ staging: Staging, _ catalog: Catalog, _ request: LoadRequest) {
    self.catalog = catalog
    self.opened = opened
    contents = opened.contents
    admit = request.admit
    self.staging = staging
    platform = request.platform
    ingest = LayerIngest(staging, progress: request.progress)
  }

  /// Tells the kinds of archive apart by their files. Docker writes both `index.json` and `manifest.json` since version
  /// 25; the former says more.
  func run() throws -> [Root] {
    let tag = opened.tag
    let isDockers = try contents.member("manifest.json") != nil
    if let member = try contents.member("index.json"), try contents.member("oci-layout") != nil {
      try admit?(ArchiveOrigin(opened.isFolder ? .oci : .ociArchive, path: opened.path))
      // Whoever accepts no archives of Docker's does not accept them for having an index too.
      if isDockers, !opened.isFolder { try admit?(ArchiveOrigin(.dockerArchive, path: opened.path)) }
      return try layout(try member.bytes(limit: 64 << 20, "index.json"), tag: tag)
    }
    if isDockers {
      try admit?(ArchiveOrigin(.dockerArchive, path: opened.path))
      return try dockerArchive(try contents.document("manifest.json", limit: JSON.manifestLimit), tag: tag)
    }
    if try contents.member("repositories") != nil {
      throw Failure(.unsupported, "archives of Docker before version 1.10 cannot be read")
    }
    throw Failure(
      .invalidInput, "this is no archive of images: neither index.json nor manifest.json is in it",
      hint: "`davit image import` makes an image from the tar file of a root file system")
  }

  /// Whether an image in the archive is the one that the person named.
  func isWanted(_ tag: String?, _ names: [String]) -> Bool {
    guard let tag else { return true }
    return names.contains(tag)
  }

  func nothingWanted(_ tag: String?, there: [String]) -> Failure {
    guard let tag else { return Failure(.invalidInput, "the archive holds no image") }
    return Failure(
      .notFound, "the archive holds no image \(tag)",
      hint: there.isEmpty ? nil : "it holds \(there.joined(separator: ", "))")
  }

  /// The configuration of an image, and its layers' digests checked against their number.
  func configuration(_ bytes: [UInt8], _ digest: Digest, layers: Int) throws -> ImageConfiguration {
    let what = "image configuration \(digest)"
    let configuration = try JSON.decode(ImageConfiguration.self, from: bytes, what: what, limit: JSON.configLimit)
    guard configuration.rootfs.diffIDs.count == layers else {
      throw Failure(
        .corrupt, "it has \(configuration.rootfs.diffIDs.count) diff_ids for \(layers) layers", subject: what)
    }
    if let platform, platform.preference(of: configuration.platform) == nil {
      throw Failure(
        .notFound, "the archive's image is for \(configuration.platform), not for \(platform)")
    }
    return configuration
  }
}
