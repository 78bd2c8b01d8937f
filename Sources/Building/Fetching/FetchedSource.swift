import Diagnostics
import Dockerfile
import Git
import Linux
import OCI

/// What `ADD` brings from elsewhere.
struct FetchedSource {
  var address: String
  /// Says what it is: a digest, a commit.
  var identity: String
  /// Seconds since 1970.
  var modified: Int64
  /// Of a file: how it is called where the destination is a folder.
  var name = ""
  var file = ""
  /// Of a repository.
  var tree: SourceTree?
}

extension StageWork {
  /// Whether `ADD` means an address by this text.
  static func isAddress(_ source: String) -> Bool {
    source.hasPrefix("http://") || source.hasPrefix("https://") || ((try? GitAddress.parse(source)) ?? nil) != nil
  }

  func fetch(_ source: String, _ copying: Copying, _ checksum: String?) throws -> FetchedSource {
    if let address = try GitAddress.parse(source) { return try fetchRepository(address, source, copying, checksum) }
    guard let client = request.surroundings.client else {
      throw Failure(.unsupported, "nothing is fetched here", subject: source)
    }
    let expected = try checksum.map { text in
      do { return try Digest(text) } catch { throw Failure(error).about("--checksum") }
    }
    let web = WebFile(address: source, client: client, store: "\(builder.folder)/fetched")
    let fetched = try web.fetch(checksum: expected)
    builder.note(.init(address: source, digests: [fetched.digest.algorithm.rawValue: fetched.digest.hex]))
    return FetchedSource(
      address: source, identity: "\(fetched.digest)", modified: fetched.modified, name: fetched.name,
      file: fetched.path)
  }

  private func fetchRepository(_ address: GitAddress, _ source: String, _ copying: Copying, _ checksum: String?) throws
    -> FetchedSource
  {
    let keepsGit = copying.keepGitDirectory ?? false
    let checkout = try RepositoryCheckout(
      address, in: builder.session.scratch, environment: request.surroundings.environment,
      agent: builder.agents.socket("default", for: nil), keepsGit: keepsGit)
    if let checksum, !checkout.commit.hasPrefix(checksum) {
      throw Failure(.corrupt, "expected checksum to match \(checksum), got \(checkout.commit)", subject: source)
    }
    builder.note(
      .init(address: source, digests: [checkout.commit.utf8.count == 64 ? "sha256" : "sha1": checkout.commit]))
    var tree = SourceTree(root: try Descriptor.open(checkout.path, .anchor), keepsOwners: false)
    tree.folder = checkout.folder
    let identity = "\(checkout.commit) \(address.directory)\(keepsGit ? " with .git" : "")"
    return FetchedSource(address: source, identity: identity, modified: checkout.time, tree: tree)
  }
}
