/// A project of a repository, as one machine is to have it.
public struct SyncProject: Hashable, Sendable {
  /// `nil`: as its compose file, or else its folder, says.
  public var name: String?
  /// Below the top of the repository: a folder with a compose file, or a compose file; empty: the top.
  public var path: String
  /// Compose files in merge order, below the top of the repository; empty: the usual ones of `path`.
  public var files: [String] = []
  public var profiles: [String] = []
  /// Variable files, below the top of the repository.
  public var envFiles: [String] = []
  /// Variables for the compose file.
  public var values: [String: String] = [:]
  /// Only what its davit.lock says.
  public var isLocked = false

  public init(name: String? = nil, path: String) {
    self.name = name
    self.path = path
  }
}
