import Diagnostics

/// A request that the kernel refused: the step, its object, the kernel's errno, and its explanation where it gave one.
///
/// Reads as "adding address 172.18.0.1/16 to br-0a1b2c3d4e5f: File exists (ipv4: Address already assigned)".
public struct NetlinkError: Error, Hashable, Sendable, CustomStringConvertible {
  public var step: String
  public var object: String
  /// A positive errno(3) value.
  public var errno: Int32
  /// What NETLINK_EXT_ACK said; empty where it said nothing.
  public var explanation: String
  /// Which of the requests it was, from 0; `nil` where the whole batch was refused.
  public var index: Int?
  /// What a person can do about it.
  public var hint: String?

  public init(_ step: String, _ object: String = "", errno: Int32, explanation: String = "", index: Int? = nil) {
    self.step = step
    self.object = object
    self.errno = errno
    self.explanation = explanation
    self.index = index
  }

  private var system: SystemError { SystemError(step, object, errno: errno) }

  public var description: String { "\(system)" + (explanation.isEmpty ? "" : " (\(explanation))") }

  /// As the one error type that people see.
  public var failure: Failure {
    var failure = system.failure
    if !explanation.isEmpty { failure.causes.append(explanation) }
    failure.hint = hint
    return failure
  }
}
