import Linux

/// What a sync needs of a machine.
public protocol Deployer: Sendable {
  /// What a project is called on the machine. Reads its files.
  func name(of project: SyncProject, in folder: String) throws -> String
  /// Makes the machine have a project as the files of a revision say, and waits until it is healthy.
  /// - Throws: where nothing was touched yet: files, signatures, images that are not there.
  func deploy(_ deployment: Deployment, _ cancellation: Cancellation) throws -> DeployReport
  /// Takes down everything of a project but its volumes.
  func remove(_ project: String, _ cancellation: Cancellation) throws
}

public struct Deployment: Hashable, Sendable {
  public enum Reason: String, Hashable, Sendable {
    case revision
    /// Back to the last good revision.
    case rollback
    /// The machine is to be looked at again.
    case drift
  }

  public var project: SyncProject
  /// Of the project on the machine.
  public var name: String
  /// Of the revision, absolute.
  public var folder: String
  public var commit: String
  public var reason: Reason
  /// Services that the files no longer have go.
  public var prunes: Bool

  public init(
    project: SyncProject, name: String, folder: String, commit: String, reason: Reason, prunes: Bool
  ) {
    self.project = project
    self.name = name
    self.folder = folder
    self.commit = commit
    self.reason = reason
    self.prunes = prunes
  }
}

public struct DeployReport: Hashable, Sendable {
  /// How many things were changed; 0: everything was right.
  public var changes = 0
  /// What failed, in words; empty: all is well.
  public var failures: [String] = []
  /// The sync is to end; what was begun is finished by the next one.
  public var isInterrupted = false
  public var generation: Int?

  public init() {}
}
