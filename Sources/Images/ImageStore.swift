import Diagnostics
import Glibc
import Linux
import OCI
import Synchronization

/// The images of this machine: an OCI image layout under `content`, which other tools read as `oci:…`, and its unpacked
/// layers under `layers`.
///
/// Several processes may work on one store at once. Every verb blocks, and may be called from any thread. An image is
/// there as a whole or not at all. Verbs throw `Failure`.
public final class ImageStore: Sendable {
  /// `$DAVIT_ROOT`.
  public var root: String { layout.root }

  let layout: StoreLayout
  let catalog: Catalog
  /// Held while layers are unpacked late, so that fifty containers of one image do not unpack it fifty times.
  let unpacking = Mutex(())
  /// The layers' places of images that were asked for already.
  let places = Mutex<[Digest: [String]]>([:])

  /// Touches nothing; folders are made when something is stored.
  public convenience init(root: String) { self.init(StoreLayout(root: root)) }

  init(_ layout: StoreLayout) {
    self.layout = layout
    catalog = Catalog(layout)
  }

  /// The image that a person means by a name, an id, the beginning of an id, or a digest. For an image of several
  /// platforms the one that suits `platform` (`nil`: this machine) best.
  ///
  /// Costs a few file reads the first time and one `stat` after that. Throws `notFound`.
  /// - Parameter orAny: to look at, one for another platform will do where there is none for this.
  public func resolve(_ name: String, platform: Platform? = nil, orAny: Bool = false) throws -> Image {
    try asFailure { try catalog.resolve(name, platform ?? .host, orAny: orAny) }
  }

  /// How the programs of an image run, by the image's id: one file is read, whatever names the image has.
  public func execution(of id: Digest) throws -> ExecutionParameters {
    try asFailure { try catalog.documents.configuration(id).config ?? ExecutionParameters() }
  }

  /// The digests by which a registry knows the image: of what the name leads to, and, where that is an index, of the
  /// manifest for this machine behind it.
  public func manifests(of name: String) throws -> [Digest] {
    try asFailure {
      let meant = try catalog.find(name, in: catalog.index())
      let digests = [meant.entry.descriptor.digest, try resolve(name, orAny: true).manifest.digest]
      return digests[0] == digests[1] ? [digests[0]] : digests
    }
  }

  /// Keeps everything in the store from being collected while it is held: between resolving an image and having
  /// recorded the container that uses it. Many can hold at once. Ends with `release()` or with the value.
  public func hold() throws -> StoreHold {
    try asFailure {
      try layout.make()
      return StoreHold(try FileLock(layout.collectionLock, .shared))
    }
  }

  /// Gives an image one more name, taking it from the image that had it.
  public func tag(_ name: String, as new: Reference) throws {
    try asFailure {
      guard new.digest == nil else {
        throw Failure(.invalidInput, "a new name cannot have a digest", subject: "image \(new.familiar)")
      }
      try StoreIndex.change(layout) { index in
        let meant = try catalog.find(name, in: index)
        index.set(meant.exactly?.descriptor ?? meant.entry.descriptor, name: new.tagged)
      }
    }
  }

  /// Runs a verb; what it throws becomes a `Failure`.
  func asFailure<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch {
      var failure = Failure(error)
      // Whatever was being read then is not to blame.
      if failure.code == .interrupted { failure.subject = "" }
      if failure.hint == nil, failure.causes.contains(SystemError("", errno: ENOSPC).reason) {
        failure.hint = "nothing was kept; free some space on the file system of \(root)"
      }
      throw failure
    }
  }
}
