import Diagnostics
import Git
import Linux

/// The files of a commit, with the commit's time, so that they are the same whenever they are fetched.
struct RepositoryCheckout {
  let commit: String
  /// Seconds since 1970.
  let time: Int64
  /// The folder that the address means.
  let path: String
  /// What it lies in.
  let folder: TemporaryFolder

  init(
    _ address: GitAddress, in scratch: String, environment: [String: String], agent: String?, keepsGit: Bool
  ) throws {
    var environment = environment
    if let agent { environment["SSH_AUTH_SOCK"] = agent }
    let repository = GitRepository(address, environment: environment)
    let revision = try repository.resolve()
    folder = try TemporaryFolder(in: scratch)
    let tree = "\(folder.path)/tree"
    time = try repository.checkOut(revision, into: tree, keepsGit: keepsGit)
    commit = revision.commit
    let root = try Descriptor.open(tree, .anchor)
    try root.setPermissions(of: ".", 0o755)
    try Self.setTimes(root, time)
    guard let place = try? root.openInRoot(address.directory.isEmpty ? "/" : address.directory, .anchor) else {
      throw Failure(.notFound, "the repository has no folder \(address.directory)", subject: address.url)
    }
    path = try withExtendedLifetime(place) { try readLink(place.procPath) }
  }

  private static func setTimes(_ folder: Descriptor, _ time: Int64) throws {
    for entry in try folder.fileNames() {
      if try folder.status(of: entry.name).kind == .directory {
        try setTimes(folder.open(entry.name, [.directory, .noFollow]), time)
      }
      try folder.setTimes(of: entry.name, seconds: time, nanoseconds: 0)
    }
  }
}
