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
  public let request: BuildRequest
  let record: BuildRecord
  let session: BuildSession
  let engine: Engine

  public var platform: Platform { configuration.platform }

  /// Puts the image into the store.
  /// - Parameter tellsSteps: the manifest says which steps its layers are of, so that it serves as a cache.
  public func store(_ names: [Reference], tellsSteps: Bool = false) throws -> Image {
    try engine.images.finishImage(
      configuration, layers: root?.layers ?? [], names: names, annotations: annotations(tellsSteps))
  }

  func annotations(_ tellsSteps: Bool) -> [String: String] {
    var annotations = request.annotations
    if tellsSteps {
      annotations[RemoteStep.keys] = chain.map { "\($0.key.hex)=\($0.layers)" }.joined(separator: ",")
    }
    return annotations
  }

  /// Writes the files of the target into a folder of this machine, as the person who asked.
  public func write(into folder: String, uid: UInt32, gid: UInt32) throws {
    try makeDirectories(folder)
    let view = try view()
    var plan = CopyPlan(
      isAdd: false, tree: SourceTree(view), sources: [""], destination: "/", scratch: session.scratch, text: "")
    plan.owner = "\(uid):\(gid)"
    let target = try Descriptor.open(folder, .anchor)
    try Copier(plan, in: target).run()
    for (name, bytes) in try attestationFiles() {
      try target.writeAtomically(bytes, to: name, mode: 0o644)
      try target.setOwner(of: FileName(name), uid: uid, gid: gid)
    }
  }

  /// Writes the files of the targets as a tar archive, of several each in a folder of its own.
  public static func writeArchive(_ results: [BuildResult], to file: Descriptor) throws {
    let archive = TreeArchive { try file.writeAll($0) }
    for result in results {
      let view = try result.view()
      let place = results.count == 1 ? [] : Array(result.folderName.utf8)
      try archive.add(folder: view.root, as: place)
      withExtendedLifetime(view.folder) {}
      let beside = try TemporaryFolder(in: result.session.scratch)
      let files = try result.attestationFiles()
      for (name, bytes) in files { try writeAtomically(bytes, to: "\(beside.path)/\(name)") }
      if !files.isEmpty { try archive.add(folder: Descriptor.open(beside.path, .anchor), as: place) }
      withExtendedLifetime(beside) {}
    }
    try archive.finish()
  }

  /// `linux_amd64`: where the files are written of one of several.
  public var folderName: String { platform.description.replacing("/", with: "_") }

  /// What is said of files that are no image, under the names that BuildKit gives it.
  private func attestationFiles() throws -> [(name: String, bytes: [UInt8])] {
    guard !request.attestations.isEmpty else { return [] }
    let files = try digests()
    let all = Digest.sha256(of: files.map { "\($0.name) \($0.digest)\n" }.joined().utf8)
    return try attestations(of: files, all).map { attestation in
      (attestation.predicateType == SoftwareList.type ? "sbom.spdx.json" : "provenance.json", attestation.statement)
    }
  }

  func view() throws -> RootView {
    try RootView(try root.map { try engine.images.layers(of: $0) } ?? [], scratch: session.scratch, writable: false)
  }
}
