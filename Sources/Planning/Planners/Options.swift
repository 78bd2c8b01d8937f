/// What `up` (and `plan`, `create`, `scale`) is asked to do beyond making the machine as desired.
public struct UpOptions: Codable, Hashable, Sendable {
  /// Only these services and what they depend on; empty: all.
  public var services: [String] = []
  /// Leave alone what `services` depend on.
  public var noDependencies = false
  /// Recreate the chosen services although nothing is different.
  public var forceRecreate = false
  /// Leave containers as they are although something is different.
  public var noRecreate = false
  /// Recreate what the chosen services depend on, too, although nothing is different.
  public var alwaysRecreateDependencies = false
  /// Give recreated containers new anonymous volumes instead of those that they had.
  public var renewAnonymousVolumes = false
  /// Remove containers and networks of the project that it does not name any more.
  public var removeOrphans = false
  /// Make containers, start none.
  public var noStart = false
  /// Make volumes whose definition differs anew. Their data is lost.
  public var recreateVolumes = false
  /// Start services again that ran to exit status 0 and have no restart policy.
  public var rerunCompleted = false
  /// End with waiting until the chosen services run and are healthy (`--wait`).
  public var wait = false
  /// Nanoseconds for stopping a container; its own grace period where absent.
  public var timeout: Int64?
  /// Replicas by service, whatever the project file says.
  public var scale: [String: Int] = [:]
  /// Recreate these services although nothing is different.
  public var replace: [String] = []
  /// Services that are left alone for now, as they are; what waits for them is left alone, too.
  public var held: Set<String> = []
  /// Roll-outs go by `rollback_config`.
  public var isRollback = false

  public init() {}
}

public struct DownOptions: Codable, Hashable, Sendable {
  public enum Images: String, Codable, Hashable, Sendable {
    case all
    /// Those that have no name of their own in the project file.
    case local
  }

  /// Only these services; networks and volumes stay then.
  public var services: [String] = []
  /// Named volumes of the project and anonymous ones of its containers, too.
  public var volumes = false
  public var images: Images?
  public var removeOrphans = false
  /// Nanoseconds for stopping a container; its own grace period where absent.
  public var timeout: Int64?

  public init() {}
}

/// What `start`, `stop`, `restart` and `rm` are about.
public struct Selection: Codable, Hashable, Sendable {
  /// Empty: all.
  public var services: [String] = []
  /// `restart`: leave alone what depends on the chosen services.
  public var noDependencies = false
  /// `start`: end with waiting until they run and are healthy.
  public var wait = false
  /// `rm`: stop what runs first.
  public var stop = false
  /// `rm`: anonymous volumes, too.
  public var volumes = false
  /// Nanoseconds for stopping a container; its own grace period where absent.
  public var timeout: Int64?
  /// `start`: only containers with these ids, and none is kept back because another one is not well.
  public var resumed: Set<String>?

  public init(services: [String] = []) { self.services = services }
}
