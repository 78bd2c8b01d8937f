/// The one error type of Davit: what failed, on which object, why, and what to do.
///
/// Printed as
///
///     compose.yaml:14:7: services.web.ports[1]: host port 8080 is already used by container shop-api-1
///       hint: stop it with `davit -p shop stop api`, or publish another port
public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
  /// An open set: a module adds its own codes in an extension, next to where they are thrown.
  public struct Code: RawRepresentable, Hashable, Sendable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// What was asked for makes no sense as written.
    public static let invalidInput = Code(rawValue: "invalid-input")
    /// The named object does not exist.
    public static let notFound = Code(rawValue: "not-found")
    /// The object exists already, or is in a state that forbids the request.
    public static let conflict = Code(rawValue: "conflict")
    /// The kernel, the machine or this version of Davit cannot do what was asked.
    public static let unsupported = Code(rawValue: "unsupported")
    /// Privileges are missing.
    public static let notPermitted = Code(rawValue: "not-permitted")
    /// A system call or another program failed.
    public static let system = Code(rawValue: "system")
    /// Stored data is damaged: a digest or a size is not what it should be.
    public static let corrupt = Code(rawValue: "corrupt")
    /// A deadline passed; the message says what was waited for.
    public static let timedOut = Code(rawValue: "timed-out")
    /// The person interrupted the command.
    public static let interrupted = Code(rawValue: "interrupted")
  }

  public var code: Code
  /// The object: `services.web.ports[1]`, `container shop-api-1`, `image app:1`. Empty where the message says it all.
  public var subject: String
  /// What failed and why, in one sentence without a full stop.
  public var message: String
  public var location: SourceLocation?
  /// What to do about it.
  public var hint: String?
  /// What a lower layer said, outermost first: `step: reason`.
  public var causes: [String]
  /// The exit status of the command, where it is not 1.
  public var exitStatus: Int32?

  public init(
    _ code: Code, _ message: String, subject: String = "", location: SourceLocation? = nil, hint: String? = nil,
    causes: [String] = [], exitStatus: Int32? = nil
  ) {
    self.code = code
    self.subject = subject
    self.message = message
    self.location = location
    self.hint = hint
    self.causes = causes
    self.exitStatus = exitStatus
  }

  public var description: String {
    var text = ""
    if let location { text += "\(location): " }
    if !subject.isEmpty { text += "\(subject): " }
    text += ([message] + causes).joined(separator: ": ")
    if let hint { text += "\n  hint: \(hint)" }
    return text
  }

  /// The same failure seen from the object that was being worked on.
  public func about(_ subject: String) -> Failure {
    var copy = self
    copy.subject = copy.subject.isEmpty ? subject : "\(subject): \(copy.subject)"
    return copy
  }
}
