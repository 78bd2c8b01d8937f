import Linux

/// Which part of a container's log is asked for.
public struct LogOptions: Hashable, Sendable {
  /// Wait for more until the container has ended for good.
  public var follow = false
  public var since: Timestamp?
  public var until: Timestamp?
  /// Only so many lines from the end; `nil` for all.
  public var tail: Int?
  public var standardOutput = true
  public var standardError = true

  public init() {}
}

/// One write of a container's program, usually a line with its newline; a longer one comes in parts.
public struct LogEntry: Hashable, Sendable {
  public enum Stream: String, Hashable, Sendable { case stdout, stderr }

  public var time: Timestamp
  public var stream: Stream
  public var bytes: [UInt8]
  /// What the logging options repeat of the container: labels, environment, a tag.
  public var attributes: [String: String] = [:]

  public init(time: Timestamp, stream: Stream, bytes: [UInt8], attributes: [String: String] = [:]) {
    self.attributes = attributes
    self.time = time
    self.stream = stream
    self.bytes = bytes
  }
}
