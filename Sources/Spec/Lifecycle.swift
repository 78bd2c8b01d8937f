/// What becomes of a container whose process ended.
public struct RestartPolicy: Codable, Hashable, Sendable {
  public enum Condition: String, Codable, Hashable, Sendable {
    case no
    case always
    case onFailure = "on-failure"
    case unlessStopped = "unless-stopped"
  }

  public var condition: Condition
  /// 0: as often as it takes.
  public var maximumRetries: Int
  /// Nanoseconds between tries (`deploy.restart_policy.delay`); absent: 100 ms doubling up to a minute.
  public var delay: Int64?
  /// Nanoseconds of running after which a start counts as a success; absent: 10 s.
  public var window: Int64?

  public init(_ condition: Condition = .no, maximumRetries: Int = 0) {
    self.condition = condition
    self.maximumRetries = maximumRetries
  }

  enum CodingKeys: String, CodingKey {
    case condition
    case maximumRetries = "max_attempts"
    case delay, window
  }
}

/// How a container's health is found out. Times are nanoseconds.
public struct HealthcheckSpec: Codable, Hashable, Sendable {
  /// `["NONE"]`, `["CMD", …]` or `["CMD-SHELL", "…"]`; empty: the image's own test.
  public var test: [String] = []
  public var interval: Int64?
  public var timeout: Int64?
  public var startPeriod: Int64?
  public var startInterval: Int64?
  public var retries: Int?

  public init(test: [String] = []) { self.test = test }

  /// The image's own check is switched off.
  public static let none = HealthcheckSpec(test: ["NONE"])

  enum CodingKeys: String, CodingKey {
    case test, interval, timeout
    case startPeriod = "start_period"
    case startInterval = "start_interval"
    case retries
  }
}

public struct LoggingSpec: Codable, Hashable, Sendable {
  public var driver = "json-file"
  public var options: [String: String] = [:]

  public init(driver: String = "json-file", options: [String: String] = [:]) {
    self.driver = driver
    self.options = options
  }
}

/// Where a container is in its life. The words are Docker's.
public enum ContainerState: String, Codable, Hashable, Sendable {
  case created, running, paused, restarting, exited, removing, dead
}

public enum Health: String, Codable, Hashable, Sendable {
  case starting, healthy, unhealthy
}
