import Diagnostics
import Linux
import OCI

/// Where an archive is read from.
public enum ArchiveSource: Sendable {
  /// A file, or a folder that is an image layout. `layout:tag` means one image of a layout.
  case path(String)
  /// Standard input, a pipe, a socket. Stays the caller's to close.
  case descriptor(Int32)

  /// As a person would write it.
  var name: String {
    switch self {
    case .path(let path): path
    case .descriptor: "-"
    }
  }
}

public struct LoadRequest: Sendable {
  public var source: ArchiveSource
  /// Of an image for several platforms, only this one.
  public var platform: Platform?
  /// Called when a layer begins, every few megabytes, and when it is there (`done == total`). From several threads, one
  /// at a time.
  public var progress: (@Sendable (LoadProgress) -> Void)?
  /// Throws where nothing may come in from there: asked for each way in which the archive can be read, before any image of
  /// it is.
  public var admit: (@Sendable (ArchiveOrigin) throws -> Void)?
  /// Stops the load; nothing of it stays.
  public var cancellation: Cancellation?

  public init(
    _ source: ArchiveSource, platform: Platform? = nil, admit: (@Sendable (ArchiveOrigin) throws -> Void)? = nil
  ) {
    self.admit = admit
    self.source = source
    self.platform = platform
  }
}

/// Something that happened during a load.
public struct LoadProgress: Hashable, Sendable {
  public var layer: Digest
  /// Bytes of the blob that were read, and how many there are.
  public var done: Int64
  public var total: Int64
}

/// What a load brought in.
public struct LoadResult: Hashable, Sendable {
  public struct Loaded: Hashable, Sendable {
    public var id: Digest
    /// Empty: the archive gives it no name.
    public var names: [Reference]
    /// Docker's line: `Loaded image: busybox:latest`, `Loaded image ID: sha256:…`.
    public var lines: [String] {
      names.isEmpty ? ["Loaded image ID: \(id)"] : names.map { "Loaded image: \($0.familiar)" }
    }
  }

  public var images: [Loaded]
  public var warnings: [Warning]
}

public struct ImportRequest: Sendable {
  public var source: ArchiveSource
  /// `nil`: the image gets no name.
  public var name: Reference?
  /// Instructions as in a Dockerfile, `CMD ["sh"]`: CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD,
  /// STOPSIGNAL, USER, VOLUME, WORKDIR.
  public var changes: [String] = []
  public var message: String?
  /// `nil`: this machine's.
  public var platform: Platform?
  /// RFC 3339; `nil`: now.
  public var created: String?
  /// Throws where nothing may come in from there.
  public var admit: (@Sendable (ArchiveOrigin) throws -> Void)?
  /// Stops the import; nothing of it stays.
  public var cancellation: Cancellation?

  public init(_ source: ArchiveSource, name: Reference? = nil) {
    self.source = source
    self.name = name
  }
}

/// A line of `rmi`; `image prune` writes it in lower case.
public enum Removal: Hashable, Sendable, CustomStringConvertible {
  case untagged(Reference)
  case deleted(Digest)

  public var description: String {
    switch self {
    case .untagged(let name): "Untagged: \(name.familiar)"
    case .deleted(let digest): "Deleted: \(digest)"
    }
  }
}

public struct PruneResult: Hashable, Sendable {
  public var removals: [Removal]
  /// Bytes on disk.
  public var reclaimed: Int64
}
