import Diagnostics
import Glibc
import Linux
import OCI

/// Where the bytes of a layer come from.
protocol LayerContent: Sendable {
  /// Bytes.
  var size: Int64 { get }
  /// The bytes are in a file of the staging folder already, and their digest is known.
  var staged: (file: StagedFile, digest: Digest)? { get }
  /// What `source` reads, where it may have to wait for that.
  var stream: Descriptor? { get }
  func source() throws -> any ByteSource
}

extension LayerContent {
  var stream: Descriptor? { nil }
}

/// A layer that comes in, and what must be true of it.
struct LayerBlob: Sendable {
  var member: any LayerContent
  /// The digest and size that a manifest promises; `nil`: nobody promised any.
  var promised: ContentDescriptor?
  /// The digest of the plain tar that the configuration promises; `nil`: it is to be found out.
  var diffID: Digest?
  /// It is in the store already, and only its tree is missing.
  var isStored = false
  /// Told how many bytes of the blob were read.
  var progress: (@Sendable (Int64) -> Void)?

  struct Read: Sendable {
    var digest: Digest
    var size: Int64
    var compression: Compression
    var diffID: Digest
    var unpacked: UnpackedLayer?
  }

  /// Reads the layer once: checks its digests, keeps its bytes in `staging`, and unpacks it into `tree` (where given).
  ///
  /// One thread reads, hashes, stores and inflates, a second hashes the plain tar and makes the files. Nothing is kept
  /// when this throws.
  func read(_ staging: Staging, into tree: Descriptor?, on lower: LowerLayers?) throws -> Read {
    let stored = isStored || member.staged != nil ? nil : try staging.makeFile()
    do {
      let read = try stream(staging, stored, into: tree, on: lower)
      if let file = stored ?? (isStored ? nil : member.staged?.file) {
        staging.keep(file, as: read.digest, size: read.size)
      }
      return read
    } catch {
      if let stored { staging.removeFile(stored) }
      throw Failure(error, subject: (promised?.digest ?? diffID).map { "layer \($0)" } ?? "")
    }
  }

  private func stream(_ staging: Staging, _ stored: StagedFile?, into tree: Descriptor?, on lower: LowerLayers?) throws
    -> Read
  {
    var bytes: any ByteSource = try member.source()
    if let cancellation = staging.cancellation {
      bytes = CancellableSource(bytes, cancellation, waitingFor: member.stream)
    }
    if let stored {
      try staging.layout.step(.writeBlob)
      bytes = TeeSource(bytes, to: stored.file)
    }
    if let progress { bytes = ProgressSource(bytes, progress) }
    let raw = HashingSource(bytes, promised?.digest.algorithm ?? .sha256)
    let (plain, compression) = try Compression.open(raw)
    guard compression != .xz, compression != .bzip2 else {
      throw Failure(.unsupported, "compressed with \(compression), which image layers are not")
    }
    let isPlain = compression == .none
    if tree == nil, isPlain || diffID == nil && promised != nil {
      let digest = try raw.finish()
      try check(digest, raw.count)
      return Read(digest: digest, size: raw.count, compression: compression, diffID: digest, unpacked: nil)
    }
    // Plain tar: one hash is both digests.
    let ahead = try ThreadedSource(isPlain ? plain : ExpansionLimit(plain, of: raw))
    defer { ahead.stop() }
    let diff = HashingSource(ahead, diffID?.algorithm ?? .sha256)
    let tar: any ByteSource = isPlain ? ahead : diff
    var unpacked: UnpackedLayer?
    var isWrong = false
    if let tree {
      try staging.layout.step(.unpackLayer)
      do { unpacked = try LayerUnpacker(TarReader(tar), into: tree, on: lower).unpack() } catch is LinkBelow {
        isWrong = true
      }
    }
    // What follows the end marker belongs to the digest too.
    while !(try tar.next()).isEmpty {}
    ahead.stop()
    let digest = try raw.finish()
    try check(digest, raw.count)
    let actual = isPlain ? digest : try diff.finish()
    if let diffID, actual != diffID {
      throw Failure(.corrupt, "unpacked it is \(actual), but the image's configuration says \(diffID)")
    }
    if isWrong, let tree {
      try tree.removeContents()
      let bytes = try stored.map { FileSource($0.file, at: 0, count: raw.count) } ?? member.source()
      unpacked = try LayerUnpacker(TarReader(Compression.open(bytes).plain), into: tree, on: lower).unpack()
    }
    return Read(digest: digest, size: raw.count, compression: compression, diffID: actual, unpacked: unpacked)
  }

  private func check(_ digest: Digest, _ size: Int64) throws {
    guard let promised else { return }
    guard size == promised.size else {
      throw Failure(.corrupt, "it has \(size) bytes, but the manifest says \(promised.size)")
    }
    guard digest == promised.digest else {
      throw Failure(.corrupt, "its content is \(digest), but the manifest says \(promised.digest)")
    }
  }
}
