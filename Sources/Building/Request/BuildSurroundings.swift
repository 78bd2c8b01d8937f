import Diagnostics
import HTTP
import Images
import Linux
import OCI

/// What a build asks its caller for. Everything may be called from any thread.
public struct BuildSurroundings: Sendable {
  /// Brings in an image that a `FROM` or `--from` names and that is not here; `nil`: nobody does.
  public var fetch: (@Sendable (_ image: String, Platform?) throws -> Void)?
  /// Images are fetched even where they are here (`--pull`).
  public var alwaysFetches = false
  /// Fetches what `ADD` names by its address; `nil`: nobody does.
  public var client: Client?
  /// Of other programs that the build runs.
  public var environment: [String: String] = [:]
  /// Results of other machines' builds (`--cache-from`).
  public var caches: [any RemoteImages] = []
  /// Whether it matters to which of its two streams a program writes. In order they are only as one.
  public var dividesOutput = false
  /// Called when a `RUN` failed, with the specification of a container that stands where it stood
  /// (`--shell-on-failure`).
  public var onFailure: (@Sendable (FailedStep) throws -> Void)?

  public init() {}
}

/// What one event of a build is. Steps are numbered from 1 in the order in which they begin.
public enum BuildEvent: Sendable {
  /// - Parameter digest: of all that decides the step's result.
  case began(step: Int, title: String, digest: Digest)
  /// - Parameter isError: written to standard error; told only where that was asked for.
  case output(step: Int, line: String, isError: Bool)
  case cached(step: Int)
  /// With nanoseconds that it took.
  case done(step: Int, took: Int64)
  case failed(step: Int, reason: String)
  /// Why the step is cached or not.
  case explained(step: Int, lines: [String])
  /// Of the build as a whole.
  case warned(Warning)
}
