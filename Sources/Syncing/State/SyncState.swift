import Linux

/// What a sync knows of itself, on disk: where it goes on after whatever ended it.
public struct SyncState: Codable, Hashable, Sendable {
  public static let formatVersion = 1

  public enum Phase: String, Codable, Hashable, Sendable {
    /// The revision runs.
    case synced
    case applying
    /// It could not be applied; the last good one runs, where there is one.
    case failed
    /// The repository no longer has it, and it was taken down.
    case removed
    /// The repository no longer has it, and it is left as it is.
    case abandoned
  }

  public struct Project: Codable, Hashable, Sendable {
    public var phase: Phase
    /// The revision that was tried last.
    public var tried: String?
    /// The last one that worked: what runs.
    public var good: String?
    /// Why `tried` did not work, in words.
    public var message: String?
    /// What failed came after something was changed: trying again would disturb what runs.
    public var wasTouched = false
    /// Whether trying again may help although nobody changes the repository.
    public var mayRetry = false
    public var changed: Timestamp
    /// Of the project's history.
    public var generation: Int?
    /// What the good revision needs to be found in its folder again.
    public var definition: Definition?

    public init(phase: Phase, changed: Timestamp) {
      self.phase = phase
      self.changed = changed
    }
  }

  /// `SyncProject` on disk.
  public struct Definition: Codable, Hashable, Sendable {
    public var name: String?
    public var path: String
    public var files: [String]
    public var profiles: [String]
    public var envFiles: [String]
    public var values: [String: String]
    public var isLocked: Bool
  }

  public var version = SyncState.formatVersion
  public var repository: String
  public var reference: String
  public var path: String
  /// The commit that the reference led to when it was asked for last.
  public var seen: String?
  public var lastFetch: Timestamp?
  /// Why the repository could not be read, or its revision not be used at all; `nil`: all is well.
  public var problem: String?
  /// By name.
  public var projects: [String: Project] = [:]
  public var counters = Counters()

  public struct Counters: Codable, Hashable, Sendable {
    public var fetches = 0
    public var fetchFailures = 0
    public var applied = 0
    public var failed = 0
    public var rolledBack = 0
    public var driftCorrected = 0
    public var webhooks = 0

    public init() {}
  }

  public init(repository: String, reference: String, path: String) {
    self.repository = repository
    self.reference = reference
    self.path = path
  }

  /// A revision is being applied now.
  public var isApplying: Bool { projects.values.contains { $0.phase == .applying } }

  /// Everything is as the newest revision says.
  public var isHealthy: Bool {
    problem == nil && projects.values.allSatisfy { $0.phase != .failed && $0.phase != .applying }
  }
}

extension SyncProject {
  init(_ definition: SyncState.Definition) {
    self.init(name: definition.name, path: definition.path)
    files = definition.files
    profiles = definition.profiles
    envFiles = definition.envFiles
    values = definition.values
    isLocked = definition.isLocked
  }

  var definition: SyncState.Definition {
    .init(
      name: name, path: path, files: files, profiles: profiles, envFiles: envFiles, values: values, isLocked: isLocked)
  }
}
