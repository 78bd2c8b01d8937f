import Arguments
import Compose
import Diagnostics
import Glibc
import Remotes
import Synchronization

/// Remote compose files decide what runs on this machine, so a person is asked before one is fetched, once for each
/// revision. Where nobody can be asked, the environment says it.
extension Invocation {
  private static let fetched = Mutex<[String: (copy: RemoteCopy, revision: String)]>([:])

  /// What the loader calls for `-f https://….git#ref:dir`, `include: oci://…` and their like. With `--locked` only what
  /// the lock file has comes in, in the revision that it says.
  var fetch: LoadOptions.Fetch {
    { reference throws(Failure) in
      let pins: LockPins?
      do { pins = try lockPins() } catch { throw Failure(error) }
      guard let pins else { return try fetch(reference, revision: nil) }
      guard let revision = pins.lock.remotes[reference] else {
        throw Failure(.conflict, "it is not in \(pins.path)", subject: reference, hint: "`davit lock` adds what is new")
      }
      return try fetch(reference, revision: revision)
    }
  }

  /// The same for who knows some revisions.
  func fetch(pinned: [String: String]) -> LoadOptions.Fetch {
    { reference throws(Failure) in try fetch(reference, revision: pinned[reference]) }
  }

  /// The same for who runs for long: each load of a project asks anew.
  var freshFetch: LoadOptions.Fetch {
    { reference throws(Failure) in try fetchTrusted(reference, nil).0 }
  }

  /// The revisions of all remote files that this command fetched.
  var fetchedRevisions: [String: String] { Self.fetched.withLock { $0.mapValues(\.revision) } }

  private func fetch(_ reference: String, revision: String?) throws(Failure) -> RemoteCopy {
    // A command may load its project more than once, and asks once.
    if let known = Self.fetched.withLock({ $0[reference] }) { return known.copy }
    let (copy, id) = try fetchTrusted(reference, revision)
    Self.fetched.withLock { $0[reference] = (copy, id) }
    return copy
  }

  private func fetchTrusted(_ reference: String, _ pinned: String?) throws(Failure) -> (RemoteCopy, String) {
    let source = try RemoteSource(reference)
    let isTrusted = try consent(source, reference)
    let store = RemoteStore(folder: cacheFolder, environment: environment) { registries(nil) }
    let agreed = store.trusted(reference)
    // Not even asked for its revision before that.
    if !isTrusted, agreed.isEmpty { try ask("is a remote compose file, and what it says will run here", reference) }
    let revision = try store.revision(of: source, pinned: pinned)
    if !isTrusted, !agreed.isEmpty, !agreed.contains(revision.id) {
      try ask("has changed since you agreed to it: it is \(revision.id) now", reference)
    }
    let copy = try store.copy(of: revision)
    if !isTrusted { try store.trust(reference, revision.id) }
    return (RemoteCopy(file: copy.file, root: copy.root, name: source.name), revision.id)
  }

  /// Whether the environment or `--yes` agrees. Throws where the environment forbids it.
  private func consent(_ source: RemoteSource, _ reference: String) throws(Failure) -> Bool {
    let name = Self.variable(for: source)
    // Not out of `.env`, which may come from where the reference does.
    if let value = processVariable(name) {
      guard let isAllowed = Boolean.parse(value) else {
        throw Failure(.invalidInput, "`\(value)` is neither true nor false", subject: name, hint: "write 1 or 0")
      }
      guard isAllowed else {
        throw Failure(.notPermitted, "remote compose files are switched off by \(name)", subject: reference)
      }
      return true
    }
    return arguments.hasFlag("yes") && arguments.boolean("yes")
  }

  private static func variable(for source: RemoteSource) -> String {
    switch source {
    case .git: "COMPOSE_EXPERIMENTAL_GIT_REMOTE"
    case .artifact: "COMPOSE_EXPERIMENTAL_OCI_REMOTE"
    }
  }

  private func ask(_ what: String, _ reference: String) throws(Failure) {
    let isAgreed = try confirm(
      "\(reference) \(what).\nMake sure that you trust where it comes from. Go on?", subject: reference,
      otherwise: "set \(Self.variable(for: try RemoteSource(reference)))=1 to agree where nobody can be asked")
    guard isAgreed else { throw Failure(.notPermitted, "not agreed to", subject: reference) }
  }

  /// Asks a question whose answer is no unless the person says yes.
  /// - Parameter hint: what to do where there is nobody to ask, which is an error.
  func confirm(_ question: String, subject: String, otherwise hint: String) throws(Failure) -> Bool {
    guard isatty(STDIN_FILENO) == 1 else {
      Output.error.print(question)
      throw Failure(.notPermitted, "this has to be agreed to, and there is nobody to ask", subject: subject, hint: hint)
    }
    Output.error.write("\(question) [y/N]: ")
    let answer = (readLine() ?? "").lowercased()
    return answer == "y" || answer == "yes"
  }

  /// $XDG_CACHE_HOME/davit, usually ~/.cache/davit.
  private var cacheFolder: String {
    if let folder = variable("XDG_CACHE_HOME"), folder.hasPrefix("/") { return folder + "/davit" }
    return (variable("HOME") ?? "/root") + "/.cache/davit"
  }
}
