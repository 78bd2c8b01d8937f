import Dockerfile
import Linux
import OCI

/// What is to be built, and how.
public struct BuildRequest: Sendable {
  public enum Secret: Sendable {
    case file(String)
    /// What a variable of the caller's environment holds.
    case value(String)
  }

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
  public var names: [Reference] = []
  /// Beyond those of the Dockerfile.
  public var labels: [String: String] = [:]
  /// Whether results of earlier builds are used.
  public var usesCache = true
  /// Of `RUN`, where an instruction does not say itself: `default`, `none` or `host`.
  public var network = "default"
  public var secrets: [String: Secret] = [:]
  /// `name=address`
  public var extraHosts: [String] = []
  /// Bytes of /dev/shm.
  public var sharedMemory: Int64?
  /// SOURCE_DATE_EPOCH: seconds since 1970 that no time in the image lies behind; `nil`: the newest file that went in.
  public var epoch: Int64?

  /// Brings in an image that a `FROM` or `--from` names and that is not here; `nil`: nobody does.
  public var fetch: (@Sendable (_ image: String) throws -> Void)?
  /// Images are fetched even where they are here (`--pull`).
  public var alwaysFetches = false

  public init(_ dockerfile: DockerfileText, context: BuildContext) {
    self.dockerfile = dockerfile
    self.context = context
  }
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

/// What is told while a build goes on. Steps are numbered from 1 in the order in which they begin.
public enum BuildEvent: Sendable {
  case began(step: Int, title: String)
  case output(step: Int, line: String)
  case cached(step: Int)
  /// With nanoseconds that it took.
  case done(step: Int, took: Int64)
  case failed(step: Int, reason: String)
}
