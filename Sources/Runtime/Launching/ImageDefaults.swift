/// What an image says about the programs that run from it; a container's own settings win over it.
public struct ImageDefaults: Hashable, Sendable {
  public var entrypoint: [String] = []
  public var command: [String] = []
  /// `NAME=value`
  public var environment: [String] = []
  public var workingDirectory = ""
  public var user = ""
  public var stopSignal = ""
  /// For `CMD-SHELL`; empty: `/bin/sh -c`.
  public var shell: [String] = []
  public var healthcheck: Healthcheck?

  /// As an image's configuration has it; times in nanoseconds, 0 where absent.
  public struct Healthcheck: Hashable, Sendable {
    public var test: [String] = []
    public var interval: Int64 = 0
    public var timeout: Int64 = 0
    public var startPeriod: Int64 = 0
    public var startInterval: Int64 = 0
    public var retries = 0

    public init() {}
  }

  public init() {}
}
