import Diagnostics
import Linux

/// A repository elsewhere, reached through the program `git`.
///
/// Nothing of the repository is ever believed: no hooks, no templates, no submodules, only the protocols that an address
/// can name (`ext::` runs commands), and no question to the person, who may not be there.
public struct GitRepository: Sendable {
  public let address: GitAddress
  let environment: [String: String]

  /// - Parameter environment: that of the process; credentials that git is configured for are used.
  public init(_ address: GitAddress, environment: [String: String]) {
    self.address = address
    // Variables that would make git work on another repository than ours.
    var own = environment.filter { name, _ in
      !["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE"]
        .contains(name)
    }
    own["GIT_ALLOW_PROTOCOL"] = "file:git:http:https:ssh"
    own["GIT_TERMINAL_PROMPT"] = "0"
    own["LC_ALL"] = "C"
    if own["GIT_SSH"] == nil, own["GIT_SSH_COMMAND"] == nil {
      own["GIT_SSH_COMMAND"] =
        "ssh -o BatchMode=yes -o ControlMaster=no -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=4"
    }
    self.environment = own
  }

  /// A commit, and the name that the repository has for it.
  public struct Revision: Hashable, Sendable {
    /// 40 or 64 hexadecimal digits.
    public var commit: String
    /// `refs/heads/main`; nil where the address names a commit.
    public var name: String?

    public init(commit: String, name: String? = nil) {
      self.commit = commit
      self.name = name
    }
  }

  /// The commit that the address means now.
  public func resolve() throws(Failure) -> Revision {
    let asked = address.reference ?? "HEAD"
    if Self.isCommit(asked) { return Revision(commit: asked) }
    let result = try git(["ls-remote", "--exit-code", "--", address.url, asked, "\(asked)^{}"])
    guard result.status == 0 else {
      if result.status == 2 {
        throw Failure(
          .notFound, "the repository has no branch or tag \(asked)", subject: address.url,
          hint: "`git ls-remote \(address.url)` lists what it has")
      }
      throw failure("the repository cannot be read", result)
    }
    var found: [String: String] = [:]
    for line in String(decoding: result.output, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: "\t", maxSplits: 1)
      if parts.count == 2, Self.isCommit(String(parts[0])) { found[String(parts[1])] = String(parts[0]) }
    }
    // A branch comes before a tag of the same name, and of an annotated tag the commit is wanted.
    for name in [asked, "refs/heads/\(asked)", "refs/tags/\(asked)^{}", "refs/tags/\(asked)", "refs/\(asked)"] {
      guard let commit = found[name] else { continue }
      return Revision(commit: commit, name: name.hasSuffix("^{}") ? String(name.dropLast(3)) : name)
    }
    throw Failure(.notFound, "the repository has no branch or tag \(asked)", subject: address.url)
  }

  /// Writes the files of a revision into a directory that does not exist yet.
  /// - Parameters:
  ///   - keys: nothing is written unless one of them has signed the commit.
  ///   - keepsGit: git's own files, too, in `.git`; else none of them.
  /// - Returns: when the revision was committed, seconds since 1970.
  @discardableResult
  public func checkOut(
    _ revision: Revision, into folder: String, signedBy keys: SignatureKeys? = nil, keepsGit: Bool = false
  ) throws(Failure) -> Int64 {
    let store = folder + ".git"
    defer { try? removeTree(store) }
    try demand(["init", "--quiet", "--bare", "--template=", "--", store], "the copy cannot be begun")
    try fetch(revision, into: store)
    if let keys { try verify(revision.commit, in: store, by: keys) }
    do throws(SystemError) { try makeDirectories(folder, mode: 0o700) } catch { throw Failure(error) }
    do throws(Failure) {
      try demand(
        ["--git-dir=\(store)", "--work-tree=\(folder)", "checkout", "--quiet", "--force", revision.commit, "--", "."],
        "commit \(revision.commit) cannot be checked out")
    } catch {
      try? removeTree(folder)
      throw error
    }
    let shown = try git(["--git-dir=\(store)", "show", "--no-patch", "--format=%ct", revision.commit])
    if keepsGit {
      try demand(["--git-dir=\(store)", "config", "core.bare", "false"], "the copy cannot be kept")
      try demand(
        ["--git-dir=\(store)", "update-ref", "--no-deref", "HEAD", revision.commit], "the copy cannot be kept")
      let (parent, name) = splitPath(store)
      do throws(SystemError) { try Descriptor.open(parent, .anchor).rename(name, toPath: "\(folder)/.git") } catch {
        throw Failure(error)
      }
    }
    return Int64(String(decoding: shown.output, as: UTF8.self).filter(\.isNumber)) ?? 0
  }

  private func fetch(_ revision: Revision, into store: String) throws(Failure) {
    let fetch = ["--git-dir=\(store)", "fetch", "--quiet", "--no-tags", "--no-recurse-submodules"]
    let shallow = try git(fetch + ["--depth=1", "--", address.url, revision.commit])
    if shallow.status == 0 { return }
    // Old servers and plain web servers give whole branches only.
    guard let name = revision.name else { throw failure("commit \(revision.commit) cannot be fetched", shallow) }
    try demand(fetch + ["--", address.url, name], "\(name) cannot be fetched")
  }

  private func demand(_ words: [String], _ what: String) throws(Failure) {
    let result = try git(words)
    guard result.status == 0 else { throw failure(what, result) }
  }

  func git(_ words: [String], more variables: [String: String] = [:]) throws(Failure) -> ProgramResult {
    // A server that says nothing for a minute is gone.
    let settings = [
      "core.hooksPath=/dev/null", "core.fsmonitor=false", "protocol.ext.allow=never", "gc.auto=0",
      "http.lowSpeedLimit=1", "http.lowSpeedTime=60",
    ]
    do {
      return try runProgram(
        ["git"] + settings.flatMap { ["-c", $0] } + words,
        environment: environment.merging(variables) { $1 })
    } catch {
      throw Failure(
        .notFound, "the program `git` cannot be run", subject: address.url, hint: "install git", causes: [error.reason])
    }
  }

  func failure(_ message: String, _ result: ProgramResult) -> Failure {
    // Sentences of strangers' servers go to a terminal.
    let said = String(
      String.UnicodeScalarView(
        result.complaint.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 || $0 == "\n" }))
    let lines = said.split(separator: "\n").suffix(4).map(String.init)
    return Failure(.system, message, subject: address.url, causes: [lines.joined(separator: "\n  ")])
  }

  static func isCommit(_ text: String) -> Bool {
    (text.utf8.count == 40 || text.utf8.count == 64)
      && text.utf8.allSatisfy {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
      }
  }
}
