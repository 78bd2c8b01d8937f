import Glibc

/// What a shim answers on `Descriptors.channel`: one message, then the end of the stream. The end without a message
/// means that the shim itself died.
public enum LaunchReport: Hashable, Sendable {
  /// The program runs. The number is the host's; the start time is field 22 of /proc/pid/stat.
  case started(pid: Int32, startTime: UInt64)
  /// Nothing runs, and nothing is left.
  case failed(LaunchFailure)
  /// `exec` with a terminal: the controlling end travels with this message (SCM_RIGHTS). `.started` or `.failed`
  /// follows.
  case console
  /// The container's process waits until the hooks of the host have run; a byte lets it go on.
  case awaitingHost

  public func encoded() -> [UInt8] { Envelope.seal(ReportBody(report: self), as: .report) }

  /// - Parameter bytes: exactly one message.
  public init(decoding bytes: [UInt8]) throws(WireError) {
    let body: ReportBody = try Envelope.open(bytes, as: .report)
    self = body.report
  }

  /// Bytes of a whole message whose beginning is given; `nil` while it is too short to tell.
  public static func length(of bytes: [UInt8]) throws(WireError) -> Int? {
    try Envelope.length(of: bytes, as: .report)
  }
}

/// Why a container or program did not start: the step in words, its object, and the kernel's reason.
public struct LaunchFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// `mounting volume data on`, `executing`, `joining the network namespace`
  public var step = ""
  /// The object of the step; may be empty.
  public var path = ""
  /// 0 where the step says it all.
  public var errno: Int32 = 0
  /// As Docker has it: 125 the engine, 126 not executable, 127 not found.
  public var exitStatus: Int32 = 125

  public init() {}

  public init(step: String, path: String = "", errno: Int32 = 0, exitStatus: Int32 = 125) {
    self.step = step
    self.path = path
    self.errno = errno
    self.exitStatus = exitStatus
  }

  /// `mounting volume data on /var/lib/postgresql: No such file or directory`
  public var description: String {
    var text = step
    if !path.isEmpty { text += " \(path)" }
    if errno != 0 { text += ": \(String(cString: strerror(errno)))" }
    return text
  }
}

private struct ReportBody: WireValue {
  var report = LaunchReport.console

  init() {}

  init(report: LaunchReport) { self.report = report }

  mutating func pass(_ wire: inout Wire) throws(WireError) {
    var tag: UInt8 =
      switch report {
      case .started: 1
      case .failed: 2
      case .console: 3
      case .awaitingHost: 4
      }
    try wire.integer(&tag)
    switch tag {
    case 1:
      var (pid, startTime): (Int32, UInt64) = if case .started(let a, let b) = report { (a, b) } else { (0, 0) }
      try wire.pass(&pid)
      try wire.pass(&startTime)
      report = .started(pid: pid, startTime: startTime)
    case 2:
      var failure = if case .failed(let failure) = report { failure } else { LaunchFailure() }
      try wire.pass(&failure)
      report = .failed(failure)
    case 3: report = .console
    case 4: report = .awaitingHost
    default: throw .invalid
    }
  }
}

extension LaunchFailure: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&step)
    try wire.pass(&path)
    try wire.pass(&errno)
    try wire.pass(&exitStatus)
  }
}
