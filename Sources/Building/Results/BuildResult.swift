import Diagnostics
import Engine
import Images
import Linux
import OCI

/// What a build came to, before anybody has a name for it.
public struct BuildResult: Sendable {
  public var configuration: ImageConfiguration
  /// The root file system; `nil`: empty.
  public var root: Image?
  /// The steps that were made or used.
  public var steps: Set<Digest>
  /// Those of the target, with how many layers there were behind each.
  public var chain: [(key: Digest, layers: Int)]
  let session: BuildSession
  let engine: Engine

  /// Puts the image into the store.
  /// - Parameters:
  ///   - annotations: of its manifest.
  ///   - tellsSteps: the manifest says which steps its layers are of, so that it serves as a cache.
  public func store(_ names: [Reference], annotations: [String: String] = [:], tellsSteps: Bool = false) throws -> Image
  {
    var annotations = annotations
    if tellsSteps {
      annotations[RemoteStep.keys] = chain.map { "\($0.key.hex)=\($0.layers)" }.joined(separator: ",")
    }
    return try engine.images.finishImage(
      configuration, layers: root?.layers ?? [], names: names, annotations: annotations)
  }

  /// Writes the files of the target into a folder of this machine, as the person who asked.
  public func write(into folder: String, uid: UInt32, gid: UInt32) throws {
    try makeDirectories(folder)
    let view = try view()
    var plan = CopyPlan(
      isAdd: false, tree: SourceTree(view), sources: [""], destination: "/", scratch: session.scratch, text: "")
    plan.owner = "\(uid):\(gid)"
    try Copier(plan, in: Descriptor.open(folder, .anchor)).run()
  }

  /// Writes the files of the target as a tar archive.
  public func writeArchive(to file: Descriptor) throws {
    let view = try view()
    let archive = TreeArchive { try file.writeAll($0) }
    try archive.add(folder: view.root, as: [])
    try archive.finish()
    withExtendedLifetime(view.folder) {}
  }

  private func view() throws -> RootView {
    try RootView(try root.map { try engine.images.layers(of: $0) } ?? [], scratch: session.scratch, writable: false)
  }
}
