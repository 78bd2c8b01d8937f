import Diagnostics
import YAML

/// Compose files that lie in a repository or a registry.
enum RemoteReference {
  static func isRemote(_ path: String) -> Bool {
    if path.hasPrefix("oci://") || path.hasPrefix("git@") || path.hasPrefix("git://") || path.hasPrefix("ssh://") {
      return true
    }
    return path.hasPrefix("http://") || path.hasPrefix("https://") || path.hasPrefix("file://")
      || path.hasPrefix("github.com/")
  }
}

/// A remote compose file's copy on this machine.
public struct RemoteCopy: Hashable, Sendable {
  /// Absolute.
  public var file: String
  /// The directory that came with it, absolute; what the file names by relative paths may not lie outside.
  public var root: String
  /// What stands for the root in messages: the address without the directory in the repository.
  public var name: String

  public init(file: String, root: String, name: String) {
    self.file = file
    self.root = root
    self.name = name
  }
}

/// The remote files of one project: each is fetched once.
final class RemoteFiles {
  private let fetch: LoadOptions.Fetch?
  private var copies: [String: RemoteCopy] = [:]

  init(_ fetch: LoadOptions.Fetch?) { self.fetch = fetch }

  func copy(of reference: String) throws(Failure) -> RemoteCopy {
    if let known = copies[reference] { return known }
    guard let fetch else {
      throw Failure(
        .unsupported, "`\(reference)` is a remote compose file, which is not fetched here",
        hint: "fetch it first, and name the local copy")
    }
    let copy = try fetch(reference)
    copies[reference] = copy
    try check(copy.file, isIn: copy, as: reference)
    return copy
  }

  /// Throws where a file that came from elsewhere leads to one that did not come with it, by `..` or by a symbolic link.
  func check(_ path: String, namedBy file: String) throws(Failure) {
    guard let copy = copy(with: file) else { return }
    try check(path, isIn: copy, as: Paths.relative(path, to: Paths.directory(of: file)))
  }

  /// The same for a file that is shown by its name among the remote files.
  func check(_ path: String, namedBy mark: Mark) throws(Failure) {
    guard let shown = mark.location?.file,
      let copy = copies.values.first(where: { shown.hasPrefix($0.name + "/") })
    else { return }
    try check(path, isIn: copy, as: Paths.relative(path, to: Paths.directory(of: copy.file)))
  }

  private func check(_ path: String, isIn copy: RemoteCopy, as shown: String) throws(Failure) {
    // What does not exist is missed later, by its own name.
    guard let real = Disk.realPath(path) else {
      guard !Paths.relative(path, to: copy.root).hasPrefix("../") else { throw Self.escape(shown, copy) }
      return
    }
    guard let root = Disk.realPath(copy.root), real.hasPrefix(root + "/") else { throw Self.escape(shown, copy) }
  }

  private static func escape(_ shown: String, _ copy: RemoteCopy) -> Failure {
    Failure(.invalidInput, "`\(shown)` leads out of \(copy.name)", hint: "remote files may name each other only")
  }

  /// A file as a person would name it, where it came from elsewhere.
  func name(of path: String) -> String? {
    guard let copy = copy(with: path) else { return nil }
    return copy.name + "/" + Paths.relative(path, to: copy.root)
  }

  private func copy(with file: String) -> RemoteCopy? {
    copies.isEmpty ? nil : copies.values.first { file.hasPrefix($0.root + "/") }
  }
}

extension Failure {
  /// The same failure, at the place of a file that asked for what failed.
  func located(at mark: Mark, _ path: NodePath) -> Failure {
    var copy = about(path.description)
    copy.location = mark.location
    return copy
  }
}
