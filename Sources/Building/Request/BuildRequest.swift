import Dockerfile
import Linux
import OCI
import Spec

/// What is to be built, and how.
public struct BuildRequest: Sendable {
  public var dockerfile: DockerfileText
  /// The folder that `COPY` and `ADD` take files from.
  public var context: BuildContext
  /// By name: further folders that `FROM` and `--from` may name.
  public var namedContexts: [String: BuildContext] = [:]
  /// By name: images that `FROM` and `--from` mean by other names.
  public var imageContexts: [String: String] = [:]
  /// `--build-arg`
  public var arguments: [String: String] = [:]
  /// The stage that is wanted; `nil`: the last.
  public var target: String?
  /// What the image is to run on; `nil`: this machine.
  public var platform: Platform?
  public var names: [Reference] = []
  /// Beyond those of the Dockerfile.
  public var labels: [String: String] = [:]
  /// Of the manifest.
  public var annotations: [String: String] = [:]
  /// What is said of the image beside it.
  public var attestations = AttestationOptions()
  /// Other builds are for other platforms: what is told of each names its own.
  public var isOneOfSeveral = false
  /// Whether results of earlier builds are used.
  public var usesCache = true
  /// Stages, by name, whose steps are made again (`--no-cache-filter`).
  public var uncachedStages: Set<String> = []
  /// Of `RUN`, where an instruction does not say itself: `default`, `none` or `host`.
  public var network = "default"
  /// What instructions may ask for beyond the ordinary.
  public var allowed: Set<Entitlement> = []
  public var secrets: [String: Secret] = [:]
  /// By id: agents that `RUN --mount=type=ssh` can speak to.
  public var agents: [String: KeyAgent] = [:]
  /// `name=address`
  public var extraHosts: [String] = []
  /// Bytes of /dev/shm.
  public var sharedMemory: Int64?
  public var ulimits: [String: Ulimit] = [:]
  /// SOURCE_DATE_EPOCH: seconds since 1970 that no time in the image lies behind; `nil`: the newest file that went in.
  public var epoch: Int64?
  /// For each step it is told why it was cached or not.
  public var explains = false

  /// What the caller does for the build: registries, terminals, other programs' environment.
  public var surroundings = BuildSurroundings()

  public init(_ dockerfile: DockerfileText, context: BuildContext) {
    self.dockerfile = dockerfile
    self.context = context
  }
}

/// Something that a build does only where its caller allows it (`--allow`).
public enum Entitlement: String, Sendable, CaseIterable {
  /// `RUN --security=insecure`
  case insecure = "security.insecure"
  /// `RUN --network=host`
  case hostNetwork = "network.host"
}

/// A file that `RUN --mount=type=secret` can see.
public struct Secret: Sendable {
  public enum Content: Sendable {
    case file(String)
    /// What a variable of the caller's environment holds.
    case value(String)
  }

  public var content: Content
  /// Where an instruction does not say itself.
  public var uid: UInt32?
  public var gid: UInt32?
  public var mode: UInt32?

  public init(_ content: Content, uid: UInt32? = nil, gid: UInt32? = nil, mode: UInt32? = nil) {
    self.content = content
    self.uid = uid
    self.gid = gid
    self.mode = mode
  }
}

/// Where the keys of `RUN --mount=type=ssh` come from.
public enum KeyAgent: Sendable {
  /// The socket of an agent that runs.
  case socket(String)
  /// Files of keys, for an agent that runs as long as the build.
  case keys([String])
}

/// A folder with rules for what of it is left out.
public struct BuildContext: Sendable {
  public var folder: String
  public var ignored: IgnoreRules

  public init(folder: String, ignored: IgnoreRules = IgnoreRules()) {
    self.folder = folder
    self.ignored = ignored
  }
}
