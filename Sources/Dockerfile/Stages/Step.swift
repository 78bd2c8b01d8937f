/// One checked instruction of a stage.
public struct Step: Sendable {
  public enum Action: Sendable {
    case add(Copying)
    case argument([ArgumentDefinition])
    case command(CommandLine)
    case copy(Copying)
    case entrypoint(CommandLine)
    case environment([Pair])
    case expose([String])
    case healthcheck(HealthcheckSettings)
    case label([Pair])
    case maintainer(String)
    /// The instruction that a build from this image begins with.
    case onBuild(String)
    case run(Run)
    case shell([String])
    case stopSignal(String)
    case user(String)
    case volume([String])
    case workingDirectory(String)
  }

  public var action: Action
  public var lines: ClosedRange<Int>
  /// The line as written, continuation lines joined.
  public var original: String
}

/// `name=value`.
public struct Pair: Sendable, Hashable {
  public var name: String
  public var value: String
}

/// The shell form or the exec form.
public struct CommandLine: Sendable, Hashable {
  /// In the shell form one string, or none.
  public var words: [String]
  /// Run by the shell of the image.
  public var isShell: Bool
}

/// `RUN`.
public struct Run: Sendable {
  public var command: CommandLine
  public var heredocs: [Heredoc]
  /// Texts of `--mount`; variables are substituted before they are read for good with `MountOption`.
  public var mounts: [String]
  /// `default`, `none` or `host`.
  public var network: String
  /// `sandbox` or `insecure`.
  public var security: String
}

/// `COPY` and `ADD`.
public struct Copying: Sendable {
  public var sources: [String] = []
  public var destination = ""
  /// Files whose content stands in the Dockerfile.
  public var inline: [Heredoc] = []
  /// A stage, an image or a named context; `nil`: the build context.
  public var from: String?
  public var owner: String?
  public var mode: String?
  public var link = false
  public var parents = false
  public var exclude: [String] = []
  public var checksum: String?
  public var keepGitDirectory: Bool?
  /// Whether archives are unpacked; `nil`: local ones are.
  public var unpack: Bool?
}

/// `HEALTHCHECK`. Times in nanoseconds.
public struct HealthcheckSettings: Sendable, Hashable {
  /// `NONE`, or `CMD …`, or `CMD-SHELL …`.
  public var test: [String]
  public var interval: Int64 = 0
  public var timeout: Int64 = 0
  public var startPeriod: Int64 = 0
  public var startInterval: Int64 = 0
  public var retries = 0
}
