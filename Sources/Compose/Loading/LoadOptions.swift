import Diagnostics
import YAML

/// What the command line and the environment say about the project to load.
public struct LoadOptions: Sendable {
  /// `-f`, in order; `-` is standard input. Empty: `COMPOSE_FILE`, else the upward search from the working directory.
  public var files: [String] = []
  /// `-p`.
  public var projectName: String?
  /// `--project-directory`.
  public var projectDirectory: String?
  /// `--env-file`, in order; later files win.
  public var envFiles: [String] = []
  /// `--profile`. Empty: `COMPOSE_PROFILES`.
  public var profiles: [String] = []
  /// The services named on the command line; they and what they depend on stay. Empty: all.
  public var services: [String] = []
  /// The directory that relative paths of the options start from: the current one.
  public var workingDirectory: String
  /// The environment of the process.
  public var environment: [String: String]

  /// `--no-interpolate` turns it off.
  public var interpolates = true
  /// `--no-normalize` turns it off.
  public var normalizes = true
  /// `--no-path-resolution` turns it off.
  public var resolvesPaths = true
  /// `--no-consistency` turns it off.
  public var checksConsistency = true
  /// `--no-env-resolution` turns it off: `env_file` stays, `environment` is not completed.
  public var resolvesEnvironment = true
  /// `--all-resources`: networks, volumes, configs and secrets that no selected service uses stay in the project.
  public var keepsUnusedResources = false
  /// Bounds of each file.
  public var limits = Limits()
  /// Brings a remote compose file (`https://….git#ref:dir`, `git@…`, `oci://…`) onto this machine; the reference is given
  /// as it was written. Nil: remote files are refused.
  public typealias Fetch = @Sendable (String) throws(Failure) -> RemoteCopy
  public var fetch: Fetch?
  /// A document that goes over all files.
  public var overlay: Node?
  /// How many files one project may load through `include` and `extends`.
  public var fileLimit = 2_000

  public init(workingDirectory: String, environment: [String: String]) {
    self.workingDirectory = workingDirectory
    self.environment = environment
  }
}

extension LoadOptions {
  /// The variables that `.env` or the files in its place set, without those of the process: what a command may look at
  /// before it reads the project.
  public var settings: [String: String] {
    get throws(Failures) { try ProjectFiles.settings(self) }
  }

  /// The folder of the project's first file; the current one where that lies elsewhere.
  public var projectFolder: String {
    get throws(Failures) { try ProjectFiles.folder(self) }
  }
}
