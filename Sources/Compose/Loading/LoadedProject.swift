import Diagnostics
import YAML

/// A project as its files say it: one canonical tree, every value knowing where it was written.
public struct LoadedProject: Sendable {
  public var name: String
  /// Absolute; relative paths of the files start here.
  public var workingDirectory: String
  /// The compose files in merge order, absolute; `-` is standard input.
  public var files: [String]
  /// The files of variables that were asked for (`--env-file`, `COMPOSE_ENV_FILES`), absolute.
  public var environmentFiles: [String] = []
  /// What interpolation saw: the process environment, completed by `.env` or `--env-file`.
  public var environment: [String: String]
  /// The canonical project, as `davit config --format json` prints it: long forms only, durations as `1m30s`, sizes as
  /// decimal strings of bytes, names of networks and volumes filled in, only enabled services. Extensions (`x-…`) are
  /// kept. Contents of configs and secrets that come from the environment are in `content`, which `config` does not print.
  public var tree: Node
  /// The profiles that were asked for.
  public var profiles: [String]
  /// Services that no active profile or selection enables, in the same form as those of the tree.
  public var disabledServices: Mapping
  public var warnings: [Warning]
}
