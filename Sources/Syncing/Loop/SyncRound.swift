import Diagnostics
import Git
import Images
import Linux
import OCI

/// The work of a sync, step by step, with what only matters while the process lives.
struct SyncRound {
  let loop: SyncLoop
  /// Somebody asked for a look now.
  var isAsked = false
  private let repository: GitRepository
  private var fetching: Backoff
  /// For what failed before anything was touched, and for drift that cannot be put right; by project.
  private var retrying: [String: Backoff] = [:]
  private var drifting: [String: Backoff] = [:]
  /// Projects that this process has tried: another may have been given other keys, or have lacked programs.
  private var tried: Set<String> = []
  /// The newest revision with its projects, once it could be read.
  private var current: (commit: String, projects: [(name: String, project: SyncProject)])?
  /// A revision that cannot be used at all, and whether another look may help.
  private var unusable: (commit: String, mayRetry: Bool)?

  private static let longestWait: Int64 = 600_000_000_000

  init(_ loop: SyncLoop) {
    self.loop = loop
    repository = GitRepository(loop.settings.address, environment: loop.settings.environment)
    fetching = Backoff(first: loop.settings.interval, longest: Self.longestWait)
  }

  private var backoff: Backoff { Backoff(first: loop.settings.interval, longest: Self.longestWait) }

  mutating func step(_ cancellation: Cancellation) throws {
    defer { isAsked = false }
    if isAsked || fetching.isDue(Monotonic.now) { try look(cancellation) }
    guard let current, !cancellation.isCancelled else { return try correctDrift(cancellation) }
    for (name, project) in current.projects where !cancellation.isCancelled {
      if isDue(name, current.commit) { try deploy(project, name, current.commit, cancellation) }
    }
    try abandon(allBut: Set(current.projects.map(\.name)), cancellation)
    try correctDrift(cancellation)
    let state = loop.state
    loop.folder.keep(Set(state.projects.values.compactMap(\.good) + [current.commit]))
  }

  // MARK: The repository

  /// Finds out which revision is wanted, and makes its files and projects known.
  private mutating func look(_ cancellation: Cancellation) throws {
    let revision: GitRepository.Revision
    do throws(Failure) { revision = try repository.resolve() } catch {
      fetching.failed(Monotonic.now)
      try loop.update { state in
        state.counters.fetchFailures += 1
        state.problem = error.description
      }
      loop.log(.warning, "the repository cannot be read; what runs stays", ["error": error.description])
      if fetching.failures == 1 { tell(.failure, error.description) }
      return
    }
    fetching.succeeded()
    let before = loop.state.seen
    try loop.update { state in
      state.counters.fetches += 1
      state.lastFetch = .now()
      if unusable == nil || unusable?.commit != revision.commit { state.problem = nil }
      state.seen = revision.commit
    }
    if current?.commit == revision.commit { return }
    if let unusable, unusable.commit == revision.commit, !(unusable.mayRetry || isAsked) { return }
    if before != revision.commit {
      loop.log(.info, "new revision", ["commit": revision.commit, "before": before ?? ""])
    }
    do {
      let folder = try files(of: revision)
      current = (revision.commit, try projects(of: revision.commit, in: folder))
      unusable = nil
      try loop.update { $0.problem = nil }
    } catch {
      let isNew = unusable?.commit != revision.commit
      unusable = (revision.commit, Self.mayPass(error))
      current = nil
      try loop.update { $0.problem = "\(error)" }
      loop.log(
        .error, "the revision cannot be used; what runs stays", ["commit": revision.commit, "error": "\(error)"])
      if isNew { tell(.failure, "\(error)", commit: revision.commit) }
    }
  }

  private func files(of revision: GitRepository.Revision) throws(Failure) -> String {
    try loop.folder.makeRevision(
      revision.commit, named: loop.settings.repositoryName,
      proof: loop.settings.keys.map { Digest.sha256(of: $0.bytes).short }
    ) { place throws(Failure) in
      try repository.checkOut(revision, into: place, signedBy: loop.settings.keys)
    }
  }

  private func projects(of commit: String, in folder: String) throws -> [(name: String, project: SyncProject)] {
    let settings = loop.settings
    var projects: [SyncProject]
    let place = settings.path.isEmpty ? folder : "\(folder)/\(settings.path)"
    let file = "\(place)/\(SyncFile.name)"
    guard FileStatus.exists(place) else {
      throw Failure(
        .invalidInput, "the repository has no `\(settings.path)`", subject: "commit \(commit.prefix(12))")
    }
    if FileStatus.exists(file) {
      let name = settings.path.isEmpty ? SyncFile.name : "\(settings.path)/\(SyncFile.name)"
      projects = try SyncFile(parsing: readFile(file), name: name, folder: settings.path).projects(on: settings.host)
      if !settings.projects.isEmpty {
        let known = projects.compactMap(\.name)
        if let stranger = settings.projects.first(where: { !known.contains($0) }) {
          throw Failure(
            .invalidInput, "\(name) has no project \(stranger) for this machine", subject: "--project",
            hint: "there are \(known.joined(separator: ", "))")
        }
        projects = projects.filter { settings.projects.contains($0.name ?? "") }
      }
    } else {
      guard settings.projects.count < 2 else {
        throw Failure(
          .invalidInput, "the repository has no \(SyncFile.name), so there is one project", subject: "--project")
      }
      projects = [SyncProject(name: settings.projects.first, path: settings.path)]
    }
    return try projects.map { project in
      if let name = project.name { return (name, project) }
      return (try loop.deployer.name(of: project, in: folder), project)
    }
  }

  // MARK: Projects

  private func isDue(_ name: String, _ commit: String) -> Bool {
    guard let known = loop.state.projects[name], known.tried == commit, known.phase != .applying else { return true }
    guard known.phase == .failed else { return known.phase == .abandoned || known.phase == .removed }
    guard !known.wasTouched else { return false }
    if !tried.contains(name) { return true }
    guard known.mayRetry else { return false }
    return isAsked || retrying[name]?.isDue(Monotonic.now) ?? true
  }

  private mutating func deploy(
    _ project: SyncProject, _ name: String, _ commit: String, _ cancellation: Cancellation
  ) throws {
    let before = loop.state.projects[name]
    tried.insert(name)
    try change(name) { record in
      record.phase = .applying
    }
    loop.log(.info, "applying", ["project": name, "commit": commit])
    let began = Monotonic.now
    let report: DeployReport
    do {
      try refuseStranger(name)
      report = try loop.deployer.deploy(
        Deployment(
          project: project, name: name, folder: place(commit), commit: commit, reason: .revision,
          prunes: loop.settings.prunes), cancellation)
    } catch {
      if cancellation.isCancelled { return }
      let mayRetry = Self.mayPass(error)
      var backoff = before?.tried == commit ? retrying[name] ?? self.backoff : self.backoff
      backoff.failed(Monotonic.now)
      retrying[name] = backoff
      let isNew = before?.tried != commit || before?.message != "\(error)"
      try change(name) { record in
        record.phase = .failed
        record.tried = commit
        record.message = "\(error)"
        record.wasTouched = false
        record.mayRetry = mayRetry
      }
      if isNew { try failed(name, commit, "\(error)") }
      return
    }
    if report.isInterrupted { return }
    retrying[name] = nil
    let seconds = Double(Monotonic.now - began) / 1e9
    guard report.failures.isEmpty else {
      let message = report.failures.joined(separator: "\n")
      try change(name) { record in
        record.phase = .failed
        record.tried = commit
        record.message = message
        record.wasTouched = true
      }
      try failed(name, commit, message)
      return try goBack(name, cancellation)
    }
    try change(name) { record in
      record.phase = .synced
      (record.tried, record.good) = (commit, commit)
      record.message = nil
      record.definition = project.definition
      record.generation = report.generation ?? record.generation
    }
    drifting[name] = nil
    try loop.update { $0.counters.applied += 1 }
    loop.log(
      .info, "applied",
      [
        "project": name, "commit": commit, "changes": "\(report.changes)", "seconds": "\(seconds)",
        "generation": report.generation.map(String.init) ?? "",
      ])
    tell(.success, "applied, \(report.changes) changes", project: name, commit: commit)
  }

  private func failed(_ name: String, _ commit: String, _ message: String) throws {
    try loop.update { $0.counters.failed += 1 }
    loop.log(.error, "the revision could not be applied", ["project": name, "commit": commit, "error": message])
    tell(.failure, message, project: name, commit: commit)
  }

  /// Back to the last good revision.
  private func goBack(_ name: String, _ cancellation: Cancellation) throws {
    guard let deployment = good(name, .rollback) else { return }
    do {
      let report = try loop.deployer.deploy(deployment, cancellation)
      try loop.update { $0.counters.rolledBack += 1 }
      loop.log(
        report.failures.isEmpty ? .info : .error, "went back to the last good revision",
        [
          "project": name, "commit": deployment.commit, "error": report.failures.joined(separator: "\n"),
        ])
    } catch {
      loop.log(
        .error, "going back to the last good revision failed",
        ["project": name, "commit": deployment.commit, "error": "\(error)"])
    }
  }

  /// What the repository no longer has.
  private func abandon(allBut kept: Set<String>, _ cancellation: Cancellation) throws {
    for (name, record) in loop.state.projects.sorted(by: { $0.key < $1.key }) {
      guard !kept.contains(name), record.phase != .removed, !cancellation.isCancelled else { continue }
      guard loop.settings.prunes else {
        if record.phase == .abandoned { continue }
        try change(name) { $0.phase = .abandoned }
        loop.log(.warning, "the repository no longer has the project; --prune would remove it", ["project": name])
        continue
      }
      do {
        try loop.deployer.remove(name, cancellation)
        try change(name) { record in
          record.phase = .removed
          (record.good, record.tried, record.definition, record.message) = (nil, nil, nil, nil)
        }
        loop.log(.info, "removed: the repository no longer has the project", ["project": name])
        tell(.success, "removed: the repository no longer has it", project: name)
      } catch {
        loop.log(.error, "the project could not be removed", ["project": name, "error": "\(error)"])
      }
    }
  }

  // MARK: Drift

  private mutating func correctDrift(_ cancellation: Cancellation) throws {
    for name in loop.state.projects.keys.sorted() where !cancellation.isCancelled {
      guard let deployment = good(name, .drift), drifting[name]?.isDue(Monotonic.now) ?? true else { continue }
      do {
        let report = try loop.deployer.deploy(deployment, cancellation)
        if report.isInterrupted { return }
        if !report.failures.isEmpty {
          throw Failure(.system, report.failures.joined(separator: "\n"), subject: "project \(name)")
        }
        drifting[name] = nil
        guard report.changes > 0 else { continue }
        try loop.update { $0.counters.driftCorrected += 1 }
        loop.log(
          .warning, "put right what had drifted",
          ["project": name, "commit": deployment.commit, "changes": "\(report.changes)"])
      } catch {
        if cancellation.isCancelled { return }
        let isNew = drifting[name] == nil
        var backoff = drifting[name] ?? self.backoff
        backoff.failed(Monotonic.now)
        drifting[name] = backoff
        loop.log(.error, "drift could not be put right", ["project": name, "error": "\(error)"])
        if isNew { tell(.failure, "drift could not be put right: \(error)", project: name, commit: deployment.commit) }
      }
    }
  }

  // MARK: Parts

  private func place(_ commit: String) -> String { loop.folder.revision(commit, named: loop.settings.repositoryName) }

  /// The last good revision of a project, where its files are still here.
  private func good(_ name: String, _ reason: Deployment.Reason) -> Deployment? {
    guard let record = loop.state.projects[name], let commit = record.good, let definition = record.definition,
      record.phase == .synced || record.phase == .failed, FileStatus.exists(place(commit))
    else { return nil }
    return Deployment(
      project: SyncProject(definition), name: name, folder: place(commit), commit: commit, reason: reason,
      prunes: loop.settings.prunes)
  }

  /// A project belongs to one sync.
  private func refuseStranger(_ name: String) throws {
    let own = loop.folder.path
    let root = splitPath(splitPath(own).folder).folder
    for (other, folder) in SyncFolder.all(root: root) where folder.path != own {
      guard let record = folder.read()?.projects[name], record.phase != .removed, record.good != nil else { continue }
      throw Failure(
        .conflict, "the sync \(other) has this project already", subject: "project \(name)",
        hint: "give one of them another name in \(SyncFile.name), or remove \(folder.path) when that sync is gone")
    }
  }

  private func change(_ name: String, _ body: (inout SyncState.Project) -> Void) throws(Failure) {
    try loop.update { state in
      var record = state.projects[name] ?? SyncState.Project(phase: .applying, changed: .now())
      let phase = record.phase
      body(&record)
      if record.phase != phase || record.phase != .failed { record.changed = .now() }
      state.projects[name] = record
    }
  }

  private func tell(_ kind: SyncEvent.Kind, _ message: String, project: String? = nil, commit: String? = nil) {
    loop.notify(
      SyncEvent(
        kind: kind, project: project, commit: commit, running: project.flatMap { loop.state.projects[$0]?.good },
        message: message))
  }

  /// Whether the same may work another time without anybody changing the repository: networks and registries come back,
  /// wrong files stay wrong.
  private static func mayPass(_ error: any Error) -> Bool {
    let codes = (error as? Failures)?.all.map(\.code) ?? [(error as? Failure)?.code ?? .system]
    return codes.allSatisfy { ![.invalidInput, .unsupported, .notPermitted, .corrupt].contains($0) }
  }
}
