/// Something that is being done to one object.
public struct ProgressStep: Hashable, Sendable {
  public enum Phase: String, Hashable, Sendable {
    case working = "Working"
    case done = "Done"
    case warning = "Warning"
    case failed = "Error"
  }

  /// `Container shop-web-1`, `Network shop_default`
  public var id: String
  /// `Creating`, `Started`, `Waiting for db to be healthy`
  public var text: String
  public var phase: Phase
  /// More about it, for one line: the reason of a failure.
  public var detail: String

  public init(_ id: String, _ text: String, _ phase: Phase, detail: String = "") {
    self.id = id
    self.text = text
    self.phase = phase
    self.detail = detail
  }
}

/// What stands behind `--progress`.
public enum ProgressMode: String, Hashable, Sendable, CaseIterable {
  case auto, tty, plain, json, quiet

  /// - Parameter isTerminal: somebody looks at the place where progress goes.
  public func resolved(isTerminal: Bool) -> ProgressMode {
    self == .auto ? (isTerminal ? .tty : .plain) : self
  }
}
