import CLinux
import Glibc

/// A process held by a pidfd: its number cannot come to mean another process while this is open.
public struct ProcessDescriptor: Sendable {
  public let pid: Int32
  public let descriptor: Descriptor

  /// Takes over a pidfd, as clone3(2) returns it.
  public init(pid: Int32, owning descriptor: Descriptor) {
    self.pid = pid
    self.descriptor = descriptor
  }

  /// Holds the process that has this number now.
  public init(pid: Int32) throws(SystemError) {
    let raw = try check("holding process", "\(pid)") { systemCall(SYS_pidfd_open, Int(pid), 0) }
    self.init(pid: pid, owning: Descriptor(owning: Int32(raw)))
  }

  /// Holds the process that was written down as `pid` and `startTime`; `nil` when it is gone, also when the number
  /// has been given to another since.
  public init?(pid: Int32, startTime: UInt64) throws(SystemError) {
    do { try self.init(pid: pid) } catch {
      if error.errno == ESRCH || error.errno == EINVAL { return nil }
      throw error
    }
    // In this order: what is read after the pidfd was opened is about the held process, or it is dead already.
    guard let status = ProcessStatus(pid: pid), status.startTime == startTime, status.state != "Z" else { return nil }
  }

  /// pidfd_send_signal(2). `false` when the process is gone.
  @discardableResult
  public func send(signal: Int32) throws(SystemError) -> Bool {
    do {
      try check("signalling process", "\(pid)") {
        systemCall(SYS_pidfd_send_signal, Int(descriptor.raw), Int(signal), 0, 0)
      }
      return true
    } catch {
      if error.errno == ESRCH { return false }
      throw error
    }
  }

  /// Waits for its end, whoever the parent is. `false` when the time (nanoseconds) is over first.
  public func waitForEnd(timeout: Int64? = nil) -> Bool { poll([descriptor], timeout: timeout) != nil }
}

extension Descriptor {
  /// The number of the process that this pidfd holds, as this process' namespace counts (pidfd_open(2), fdinfo); `nil`
  /// when it is gone, or this is no pidfd.
  public var heldProcess: Int32? {
    guard let text = try? readText("/proc/self/fdinfo/\(raw)") else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix("Pid:") }
    let pid = line?.split(separator: "\t").last.flatMap { Int32($0) }
    return pid.flatMap { $0 > 0 ? $0 : nil }
  }
}

/// How a child ended, as Docker counts it: the exit status, or 128 and the number of the signal.
public enum ChildStatus {
  /// Takes the status of the child `pid`: waits for its end unless `noWait`; `nil` when it still runs.
  public static func reap(_ pid: Int32, noWait: Bool = false) throws(SystemError) -> Int32? {
    var status: Int32 = 0
    let found = try check("waiting for process", "\(pid)") {
      withUnsafeMutablePointer(to: &status) {
        systemCall(SYS_wait4, Int(pid), $0.address, noWait ? Int(WNOHANG) : 0, 0)
      }
    }
    return found == 0 ? nil : clinux_exit_status(status)
  }

  /// Takes the status of any child that has ended; `nil` when none has, or there is none.
  public static func reapAny() -> (pid: Int32, status: Int32)? {
    var status: Int32 = 0
    let found = withUnsafeMutablePointer(to: &status) { systemCall(SYS_wait4, -1, $0.address, Int(WNOHANG), 0) }
    return found > 0 ? (Int32(found), clinux_exit_status(status)) : nil
  }
}
