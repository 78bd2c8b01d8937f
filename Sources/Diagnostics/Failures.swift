/// Several failures that were found in one go, so that a person mends a file once and not error by error.
public struct Failures: Error, Sendable, CustomStringConvertible {
  public var all: [Failure]

  public init(_ all: [Failure]) { self.all = all }

  public var description: String { all.map(\.description).joined(separator: "\n") }
}
