/// What a container uses. Absent: the machine does not count it.
public struct CgroupStatistics: Hashable, Sendable {
  /// Nanoseconds of processor time.
  public var cpuTotal: UInt64?
  public var cpuUser: UInt64?
  public var cpuSystem: UInt64?
  public var throttledPeriods: UInt64?
  /// Nanoseconds.
  public var throttledTime: UInt64?
  /// Bytes, page cache included.
  public var memory: UInt64?
  /// Bytes of page cache that could be dropped at once; Docker takes them off what it shows.
  public var inactiveFile: UInt64?
  /// Bytes; absent: no limit.
  public var memoryLimit: UInt64?
  public var pids: UInt64?
  public var pidsLimit: UInt64?
  /// Bytes.
  public var blockRead: UInt64?
  public var blockWritten: UInt64?

  public init() {}
}
