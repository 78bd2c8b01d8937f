import Diagnostics
import FoundationEssentials
import Images
import Linux
import OCI
import Testing

@testable import Remotes

/// A registry that has one artifact.
private struct Shelf: RemoteImages {
  var documents: [String: [UInt8]] = [:]

  mutating func add(_ text: String, _ type: MediaType, _ annotations: [String: String] = [:]) -> ContentDescriptor {
    let bytes = Array(text.utf8)
    let digest = Digest.sha256(of: bytes)
    documents[digest.description] = bytes
    return ContentDescriptor(mediaType: type, digest: digest, size: Int64(bytes.count), annotations: annotations)
  }

  func manifest(_ reference: String) throws -> RemoteDocument {
    guard let bytes = documents[reference] else { throw Failure(.notFound, "none") }
    return RemoteDocument(bytes: bytes, mediaType: .manifest, digest: nil)
  }

  func document(_ descriptor: ContentDescriptor, limit: Int) throws -> [UInt8] {
    try manifest(descriptor.digest.description).bytes
  }

  func blob(_ descriptor: ContentDescriptor) throws -> any ByteSource { throw Failure(.unsupported, "no blobs") }
  func admit(_ manifests: [Digest]) {}
}

@Suite struct ComposeArtifactTests {
  private func files(
    _ layers: [(String, MediaType, [String: String])], type: String? = ComposeArtifact.projectType.rawValue
  ) throws -> [String: String] {
    var shelf = Shelf()
    let config = shelf.add("{}", ComposeArtifact.emptyType)
    var manifest = Manifest(config: config, layers: layers.map { shelf.add($0.0, $0.1, $0.2) })
    manifest.artifactType = type
    shelf.documents["latest"] = JSON.encode(manifest)
    let folder = "/tmp/davit-artifact-\(UUID().uuidString)"
    defer { try? removeTree(folder) }
    try ComposeArtifact.find(Reference("host/app").tagged, in: shelf).0.write(into: folder, from: shelf)
    var found: [String: String] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      found[name] = String(decoding: try readFile("\(folder)/\(name)"), as: UTF8.self)
    }
    return found
  }

  @Test("Compose files become documents of one file; what they extend and their variables lie beside it")
  func layout() throws {
    let found = try files([
      ("services: {}", ComposeArtifact.fileType, ["com.docker.compose.file": "a.yaml"]),
      ("name: x", ComposeArtifact.fileType, ["com.docker.compose.file": "b.yaml"]),
      ("base", ComposeArtifact.fileType, ["com.docker.compose.file": "c.yaml", "com.docker.compose.extends": "true"]),
      ("A=1", ComposeArtifact.environmentFileType, ["com.docker.compose.envfile": "d.env"]),
    ])
    #expect(found == ["compose.yaml": "services: {}\n---\nname: x", "c.yaml": "base", "d.env": "A=1"])
  }

  @Test(
    "A name that leads out of the copy is refused, and nothing is written",
    arguments: ["../../root/.ssh/authorized_keys", "/etc/cron.d/x", "..", "a\\b", "", "compose.yaml", "a/b"])
  func traversal(_ name: String) {
    let project = ("services: {}", ComposeArtifact.fileType, ["com.docker.compose.file": "a.yaml"])
    #expect(throws: Failure.self) {
      try files([project, ("x", ComposeArtifact.environmentFileType, ["com.docker.compose.envfile": name])])
    }
    #expect(throws: Failure.self) {
      try files([
        project,
        ("x", ComposeArtifact.fileType, ["com.docker.compose.file": name, "com.docker.compose.extends": "true"]),
      ])
    }
  }

  @Test("What is no compose project says so")
  func others() {
    #expect(throws: Failure.self) { try files([], type: "application/vnd.example") }
  }
}
