import Diagnostics
import YAML

/// The merged files before values get their canonical form: what `config --no-interpolate` shows.
public struct LoadedModel: Sendable {
  public var name: String
  public var workingDirectory: String
  public var files: [String]
  public var environment: [String: String]
  public var tree: Node
  public var profiles: [String]
  public var warnings: [Warning]
}
