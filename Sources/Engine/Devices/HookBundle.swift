import FoundationEssentials
import Linux

/// What programs that make a container ready for its devices look up: where its root is. They find it as they would with
/// any other runtime, in the `config.json` of a bundle (runtime specification, bundle.md).
struct HookBundle: Encodable {
  private struct Root: Encodable { var path: String }
  private struct Process: Encodable {
    var args: [String]
    var env: [String]
    var cwd: String
  }

  private let ociVersion = "1.0.2"
  private let root: Root
  private let process: Process

  init(_ spec: EffectiveSpec, _ host: Host) {
    root = Root(path: host.mountPoint)
    process = Process(args: spec.arguments, env: spec.environment, cwd: spec.workingDirectory)
  }

  /// - Returns: the bundle's folder.
  func write(in folder: String) throws -> String {
    let bundle = "\(folder)/bundle"
    try makeDirectories(bundle, mode: 0o700)
    try writeAtomically(Array(JSONEncoder().encode(self)), to: "\(bundle)/config.json", mode: 0o600)
    return bundle
  }
}
