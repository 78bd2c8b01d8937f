/// What a container uses. Absent: the machine does not count it.
public struct CgroupStatistics: Hashable, Sendable {
  /// Nanoseconds of processor time.
  public var cpuTotal: UInt64?
  public var cpuUser: UInt64?
  public var cpuSystem: UInt64?
  /// Of each processor (v1).
  public var cpuEach: [UInt64] = []
  public var periods: UInt64?
  public var throttledPeriods: UInt64?
  /// Nanoseconds.
  public var throttledTime: UInt64?
  /// Bytes, page cache included.
  public var memory: UInt64?
  /// Bytes of page cache that could be dropped at once; Docker takes them off what it shows.
  public var inactiveFile: UInt64?
  /// Bytes; absent: no limit.
  public var memoryLimit: UInt64?
  /// The most there has been (v1).
  public var memoryPeak: UInt64?
  /// How often the limit was reached (v1).
  public var memoryFailures: UInt64?
  /// `memory.stat`, line by line.
  public var memoryDetails: [String: UInt64] = [:]
  public var pids: UInt64?
  public var pidsLimit: UInt64?
  /// Bytes.
  public var blockRead: UInt64?
  public var blockWritten: UInt64?
  /// Bytes by device and operation, with Docker's words for those.
  public var blockBytes: [BlockEntry] = []
  public var blockOperations: [BlockEntry] = []

  /// One counter of a block device.
  public struct BlockEntry: Hashable, Sendable {
    public var major: UInt64
    public var minor: UInt64
    /// `read`, `write`
    public var operation: String
    public var value: UInt64

    /// - Parameter device: `8:0`
    init?(_ device: Substring, _ operation: String, _ value: UInt64?) {
      let parts = device.split(separator: ":").compactMap { UInt64($0) }
      guard parts.count == 2, let value else { return nil }
      (major, minor, self.operation, self.value) = (parts[0], parts[1], operation, value)
    }
  }

  public init() {}
}
