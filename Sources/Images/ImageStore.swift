import Diagnostics
import OCI

/// The images of this machine: an OCI image layout under `content`, and its unpacked layers under `layers`.
///
/// Several processes may work on one store at once. Every verb blocks, and may be called from any thread. An image is
/// there as a whole or not at all.
public final class ImageStore: Sendable {
  /// `$DAVIT_ROOT`.
  public let root: String

  /// Touches nothing; folders are made when something is stored.
  public init(root: String) {
    self.root = root
  }

  /// The image that a person means by a name, an id, the beginning of an id, or a digest. For an image of several
  /// platforms the one that suits `platform` (`nil`: this machine) best.
  ///
  /// Costs a few file reads the first time and one `stat` after that. Throws `notFound`.
  public func resolve(_ name: String, platform: Platform? = nil) throws -> Image { throw unwritten() }

  /// The overlay lower directories of an image, topmost first. Layers that are not unpacked yet are unpacked.
  public func layers(of image: Image) throws -> [String] { throw unwritten() }

  /// What `docker image inspect` prints, one object with Docker's keys.
  public func inspect(_ name: String) throws -> ImageInspection { throw unwritten() }

  public func history(of name: String) throws -> [ImageHistoryLine] { throw unwritten() }

  /// Checks every blob of every image (or of the named ones) against its digest.
  /// - Returns: what is wrong; empty is good.
  public func verify(_ names: [String] = []) throws -> [Failure] { throw unwritten() }

  /// Writes a docker-archive that is an OCI archive too, as `docker save` does.
  public func save(_ names: [String], to descriptor: Int32) throws { throw unwritten() }

  /// Sorted: newest first.
  public func list() throws -> [ImageSummary] { throw unwritten() }

  /// Reads docker-archives (old and new), OCI archives and image layouts, with gzip or zstd around them. All images of
  /// the archive become visible at once, or none.
  public func load(_ request: LoadRequest) throws -> LoadResult { throw unwritten() }

  /// Makes an image of one layer from the tar file of a root file system.
  public func importRootFileSystem(_ request: ImportRequest) throws -> Image { throw unwritten() }

  /// Gives an image one more name, taking it from the image that had it.
  public func tag(_ name: String, as new: Reference) throws { throw unwritten() }

  /// Removes a name, or an image by id with all its names. `uses` is asked while nothing can begin to use the image.
  /// Throws `conflict` when a container stands on it.
  public func remove(
    _ name: String, force: Bool = false, uses: () throws -> [ImageUse]
  ) throws -> [Removal] { throw unwritten() }

  /// Removes images that nothing names (`all`: that no container uses), and whatever no image needs.
  public func prune(all: Bool = false, uses: () throws -> [ImageUse]) throws -> PruneResult { throw unwritten() }

  /// Keeps everything in the store from being collected while it is held: between resolving an image and having
  /// recorded the container that uses it. Many can hold at once. Ends with `release()` or with the value.
  public func hold() throws -> StoreHold { throw unwritten() }

  private func unwritten() -> Failure { Failure(.unsupported, "this verb of the image store is being written") }
}

/// See `ImageStore.hold()`.
public final class StoreHold: Sendable {
  public func release() {}
}
