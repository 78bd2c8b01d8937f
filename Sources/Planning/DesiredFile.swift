import Spec

/// A secret or config of a project, and where its bytes come from. The bytes themselves are in no plan.
public struct DesiredFile: Codable, Hashable, Sendable {
  public enum Origin: Codable, Hashable, Sendable {
    case file(String)
    /// A variable of the project's environment.
    case environment(String)
    /// In the project file itself.
    case content(String)
  }

  public var kind: FileSpec.Kind
  /// The key in the project file.
  public var name: String
  public var origin: Origin
  /// `sha256:…` of the bytes.
  public var digest: String

  public init(_ kind: FileSpec.Kind, _ name: String, _ origin: Origin, digest: String) {
    self.kind = kind
    self.name = name
    self.origin = origin
    self.digest = digest
  }
}
