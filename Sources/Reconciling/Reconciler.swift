import Diagnostics
import Engine
import Planning

/// Makes a machine have what a project wants: observe, plan, carry out.
///
/// It acts on the state that is, never on what happened before: whatever was begun and not finished, by whomever, the
/// next run leads on from there.
public struct Reconciler: Sendable {
  public let platform: any Platform
  /// The folder with what is remembered of each project; `nil`: nothing is remembered or locked.
  public let projects: String?

  public init(platform: any Platform, projects: String? = nil) {
    self.platform = platform
    self.projects = projects
  }

  /// This machine.
  public init(engine: Engine) {
    self.init(platform: LocalPlatform(engine), projects: "\(engine.host.root)/projects")
  }

  /// The same machine in memory: whatever is done to it, the real one stays as it is (`--dry-run`).
  public func rehearsal(_ project: String, _ desired: Desired?) throws -> Reconciler {
    Reconciler(platform: PredictedPlatform(try platform.observe(project: project, desired: desired)))
  }
}

// Each reads the machine and writes nothing.
extension Reconciler {
  /// What `up` would do.
  public func plan(_ desired: Desired, _ options: UpOptions = UpOptions()) throws -> Plan {
    try observedPlan(desired, options).plan
  }

  /// The same with what it was made from.
  public func observedPlan(
    _ desired: Desired, _ options: UpOptions = UpOptions()
  ) throws -> (plan: Plan, observed: Observed) {
    let wanted = try desired.scaled(options.scale)
    let observed = try platform.observe(project: desired.project, desired: wanted)
    return (try Plan.up(desired, observed, options), observed)
  }

  /// The generations of a project; `nil` where nothing is remembered.
  public func history(_ project: String) throws(Failure) -> History? { try folder(project).map(History.init) }

  /// The desired state that was applied last, if it is known.
  public func applied(_ project: String) throws(Failure) -> Desired? {
    guard let folder = try folder(project), let applied = folder.applied() else { return nil }
    return applied.filled(History(folder).content)
  }

  /// What `down` would do.
  /// - Parameter desired: the project as its file says; `nil` where there is only a name: everything of it goes, in the
  ///   order of what was applied last.
  public func planDown(_ project: String, _ desired: Desired?, _ options: DownOptions = DownOptions()) throws -> Plan {
    let applied = desired == nil ? try folder(project)?.applied() : nil
    return try Plan.down(
      project, desired, platform.observe(project: project, desired: desired), options, applied: applied)
  }

  /// What `start`, `stop`, `restart` or `rm` would do.
  public func plan(
    _ operation: Plan.Operation, _ project: String, _ desired: Desired?, _ selection: Selection = Selection()
  ) throws -> Plan {
    let order = try desired ?? folder(project)?.applied()
    return try Plan.lifecycle(
      operation, project, order, platform.observe(project: project, desired: desired), selection)
  }

  func folder(_ project: String) throws(Failure) -> ProjectFolder? {
    guard let projects else { return nil }
    return try ProjectFolder(projects, project)
  }
}
