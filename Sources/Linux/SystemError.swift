import CLinux
import Diagnostics
import Glibc

/// A system call that failed: which step of which work, on which object, and the kernel's reason.
///
/// Reads as "mounting volume data on /var/lib/postgresql: No such file or directory".
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The work in words, in the -ing form: `opening`, `mounting the overlay on`.
  public var step: String
  /// The object of the step, usually a path. May be empty.
  public var path: String
  /// A positive errno(3) value.
  public var errno: Int32

  public init(_ step: String, _ path: String = "", errno: Int32) {
    self.step = step
    self.path = path
    self.errno = errno
  }

  /// `No such file or directory`
  public var reason: String { String(cString: clinux_error_text(errno)) }
  /// `ENOENT`
  public var name: String { String(cString: clinux_error_name(errno)) }

  public var description: String { (path.isEmpty ? step : "\(step) \(path)") + ": " + reason }

  /// The same error, told as a step of the work that the caller was doing.
  public func during(_ step: String, _ path: String? = nil) -> SystemError {
    SystemError(step, path ?? self.path, errno: errno)
  }

  /// As the one error type that people see.
  public var failure: Failure { Failure(self) }
}

extension Failure {
  /// A failed system call as a failure: missing things and missing privileges keep their own codes.
  public init(_ error: SystemError, subject: String = "", hint: String? = nil) {
    let code: Code =
      switch error.errno {
      case ENOENT, ESRCH: .notFound
      case EPERM, EACCES: .notPermitted
      case ENOSYS, EOPNOTSUPP: .unsupported
      case EEXIST: .conflict
      default: .system
      }
    self.init(
      code, error.path.isEmpty ? error.step : "\(error.step) \(error.path)", subject: subject, hint: hint,
      causes: [error.reason])
  }

  /// Any error as a failure: what is one already stays as it is.
  public init(_ error: any Error, subject: String = "") {
    switch error {
    case let failure as Failure: self = subject.isEmpty ? failure : failure.about(subject)
    // With all its arguments, or this very initializer would be the better match.
    case let error as SystemError: self.init(error, subject: subject, hint: nil)
    default: self.init(.system, "\(error)", subject: subject)
    }
  }
}
