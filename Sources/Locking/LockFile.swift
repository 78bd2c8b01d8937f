import OCI

/// `davit.lock`: what a project stands on, exactly. See docs/lock-format.md.
public struct LockFile: Hashable, Sendable {
  public static let name = "davit.lock"
  public static let formatVersion = 1

  /// An image that the project names, by the long form of its reference.
  public struct Image: Hashable, Sendable {
    /// Of what the name leads to in its registry: an index, or a manifest where it has one platform only.
    public var digest: Digest
    /// Of the manifests, by platform.
    public var platforms: [String: Digest]
    /// No registry has it: the digests are those on the machine that wrote the lock.
    public var isLocal: Bool

    public init(digest: Digest, platforms: [String: Digest] = [:], isLocal: Bool = false) {
      self.digest = digest
      self.platforms = platforms
      self.isLocal = isLocal
    }

    /// Whether these digests, of an index or a manifest, are this image.
    public func matches(_ digests: [Digest]) -> Bool {
      digests.contains(digest) || digests.contains { platforms.values.contains($0) }
    }
  }

  /// What a service's image is built from.
  public struct Build: Hashable, Sendable {
    /// Of the files of all its contexts, without what `.dockerignore` leaves out.
    public var context: Digest
    public var dockerfile: Digest
    /// The images that it begins with or copies from; each has an entry of its own.
    public var images: [String]

    public init(context: Digest, dockerfile: Digest, images: [String]) {
      self.context = context
      self.dockerfile = dockerfile
      self.images = images
    }
  }

  public var images: [String: Image] = [:]
  /// By service.
  public var builds: [String: Build] = [:]
  /// Compose files that lie elsewhere, as they are named, and their commit or digest.
  public var remotes: [String: String] = [:]

  public init() {}
}
