import Spec

/// What a container's spec and its image's configuration mean together for the program that runs in it.
public struct ProgramSettings: Hashable, Sendable {
  /// The program with its arguments; never empty.
  public var arguments: [String]
  /// `NAME=value`
  public var environment: [String] = []
  public var workingDirectory = "/"
  /// As written; resolved inside against the image's own files.
  public var user = ""
  /// The container's host name.
  public var hostname = ""
  public var stopSignal = "SIGTERM"
  public var healthcheck: HealthcheckSpec?
  /// Runs `CMD-SHELL` tests.
  public var shell = ["/bin/sh", "-c"]

  public init(arguments: [String]) { self.arguments = arguments }
}
