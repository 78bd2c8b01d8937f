/// What somebody brings in as a file: how it is laid out, and where it is. A signature policy has rules for each.
public struct ArchiveOrigin: Hashable, Sendable {
  /// As containers-transports(5) calls them.
  public enum Transport: String, Sendable, CaseIterable {
    case dockerArchive = "docker-archive"
    case ociArchive = "oci-archive"
    /// An image layout in a folder.
    case oci
    /// The files of a root file system.
    case tarball
  }

  public var transport: Transport
  /// Absolute and without links; `nil`: it came through a pipe.
  public var path: String?

  public init(_ transport: Transport, path: String?) {
    self.transport = transport
    self.path = path
  }
}
