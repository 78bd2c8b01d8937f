import Diagnostics
import Git
import Glibc
import Images
import Linux
import OCI
import Registry

/// Copies of remote compose files, by what they were a copy of: the same commit or the same digest is fetched once.
///
///     <folder>/git/<digest of the address>/<commit>/    the files of the repository
///     <folder>/oci/<digest>/                            compose.yaml and what it names
///     <folder>/trusted/<digest of the reference>        revisions that the person agreed to
public struct RemoteStore: Sendable {
  let folder: String
  private let environment: [String: String]
  private let registries: @Sendable () -> Registries

  /// - Parameter folder: absolute; made when it is needed.
  /// - Parameter environment: what git is run with.
  public init(folder: String, environment: [String: String], registries: @escaping @Sendable () -> Registries) {
    self.folder = folder
    self.environment = environment
    self.registries = registries
  }

  /// A source as it is now. Asks the repository or the registry.
  public struct Revision: Sendable {
    /// A commit, or the digest of a manifest.
    public var id: String
    enum Content: Sendable {
      case git(GitAddress, GitRepository.Revision)
      case artifact(ComposeArtifact, any RemoteImages)
    }
    let content: Content
  }

  /// - Parameter pinned: the revision that is wanted whatever the source says now.
  public func revision(of source: RemoteSource, pinned: String? = nil) throws(Failure) -> Revision {
    switch source {
    case .git(let address):
      if let pinned {
        // Servers that give no single commits give the branch that it is on.
        return Revision(
          id: pinned, content: .git(address, GitRepository.Revision(commit: pinned, name: address.reference)))
      }
      let revision = try GitRepository(address, environment: environment).resolve()
      return Revision(id: revision.commit, content: .git(address, revision))
    case .artifact(var reference):
      if let pinned { reference.digest = try Digest(pinned) }
      do {
        let remote = try registries().source(reference)
        let (artifact, digest) = try ComposeArtifact.find(reference, in: remote)
        return Revision(id: digest.description, content: .artifact(artifact, remote))
      } catch {
        throw Failure(error, subject: source.name)
      }
    }
  }

  /// The files of a revision: the directory that holds them all, and the compose file in it.
  public func copy(of revision: Revision) throws(Failure) -> (root: String, file: String) {
    switch revision.content {
    case .git(let address, let commit):
      let root = "\(folder)/git/\(Digest.sha256(of: address.url.utf8).short)/\(commit.commit)"
      try make(root) { temporary throws(Failure) in
        try GitRepository(address, environment: environment).checkOut(commit, into: temporary)
      }
      return (root, try Self.composeFile(address, in: root))
    case .artifact(let artifact, let remote):
      let root = "\(folder)/oci/\(revision.id.drop { $0 != ":" }.dropFirst())"
      try make(root) { temporary throws(Failure) in
        do { try artifact.write(into: temporary, from: remote) } catch { throw Failure(error) }
      }
      return (root, root + "/compose.yaml")
    }
  }

  /// Makes a directory as a whole: nobody ever sees half of a copy.
  private func make(_ path: String, _ fill: (String) throws(Failure) -> Void) throws(Failure) {
    if (try? FileStatus.of(path)) != nil { return }
    let (parent, name) = splitPath(path)
    let temporary = "\(parent)/.\(name).\(getpid())"
    do throws(SystemError) {
      try makeDirectories(parent, mode: 0o700)
      try? removeTree(temporary)
    } catch { throw Failure(error) }
    do throws(Failure) { try fill(temporary) } catch {
      try? removeTree(temporary)
      throw error
    }
    do throws(SystemError) { try Descriptor.open(parent, .anchor).rename(splitPath(temporary).name, to: name) } catch {
      try? removeTree(temporary)
      // Another command was faster, with the same content.
      if (try? FileStatus.of(path)) == nil { throw Failure(error) }
    }
  }

  private static let usualNames = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"]

  private static func composeFile(_ address: GitAddress, in root: String) throws(Failure) -> String {
    let place = address.directory.isEmpty ? root : "\(root)/\(address.directory)"
    guard let status = try? FileStatus.of(place) else {
      throw Failure(.notFound, "the repository has no `\(address.directory)`", subject: address.url)
    }
    guard status.kind == .directory else { return place }
    for name in usualNames where (try? FileStatus.of("\(place)/\(name)"))?.kind == .regular {
      return "\(place)/\(name)"
    }
    throw Failure(
      .notFound, "there is no compose file in \(address.directory.isEmpty ? "its top directory" : address.directory)",
      subject: address.url, hint: "name its directory or the file behind the colon: `#main:deploy/compose.yaml`")
  }
}

// MARK: What the person agreed to

extension RemoteStore {
  /// The revisions of a reference that were agreed to; empty where it was never agreed to.
  public func trusted(_ reference: String) -> [String] {
    guard let bytes = try? readFile(record(of: reference)) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  public func trust(_ reference: String, _ revision: String) throws(Failure) {
    let known = trusted(reference)
    guard !known.contains(revision) else { return }
    do throws(SystemError) {
      try makeDirectories("\(folder)/trusted", mode: 0o700)
      try writeAtomically(
        Array((known + [revision]).map { $0 + "\n" }.joined().utf8), to: record(of: reference), mode: 0o600)
    } catch { throw Failure(error) }
  }

  private func record(of reference: String) -> String {
    "\(folder)/trusted/\(Digest.sha256(of: reference.utf8).hex)"
  }
}
