/// What is to be said of the image beside it (`--attest`). Nothing, unless it is asked for: the same input then gives the
/// same bytes on any day.
public struct AttestationOptions: Sendable {
  /// How it was built (SLSA provenance); `nil`: not said.
  public var provenance: Provenance?
  /// What software is in it (SPDX).
  public var listsSoftware = false

  public init() {}

  public var isEmpty: Bool { provenance == nil && !listsSoftware }

  public struct Provenance: Sendable {
    public enum Version: String, Sendable, CaseIterable {
      /// https://slsa.dev/spec/v0.2/provenance
      case slsa02 = "v0.2"
      /// https://slsa.dev/spec/v1.1/provenance
      case slsa1 = "v1"
    }

    /// Build arguments, the text of the Dockerfile and the steps, too (`mode=max`).
    public var isMaximal = false
    public var version = Version.slsa02
    /// An address that names who built.
    public var builderID = ""
    /// The person says that building again gives the same.
    public var isReproducible = false

    public init() {}
  }
}
