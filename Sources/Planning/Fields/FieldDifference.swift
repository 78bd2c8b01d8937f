/// One field that is not what it should be: `services.web.environment.LOG_LEVEL: "info" → "debug"`.
public struct FieldDifference: Hashable, Sendable, CustomStringConvertible {
  /// In the words of the project file.
  public var path: String
  /// `nil`: not set.
  public var before: FieldValue?
  public var after: FieldValue?

  public init(path: String, before: FieldValue?, after: FieldValue?) {
    self.path = path
    self.before = before
    self.after = after
  }

  public var description: String {
    if before == .hidden || after == .hidden {
      return "\(path): \(before == nil ? "set" : after == nil ? "removed" : "changed") (value hidden)"
    }
    return "\(path): \(before?.description ?? "unset") → \(after?.description ?? "unset")"
  }
}
