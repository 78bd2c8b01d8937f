import Diagnostics
import Images
import Linux
import OCI

/// A compose project in a registry, in the form in which `docker compose publish` puts it there: one layer per compose
/// file in merge order, then the files that those extend, then variable files.
public struct ComposeArtifact: Sendable {
  public static let projectType = MediaType("application/vnd.docker.compose.project")
  static let fileType = MediaType("application/vnd.docker.compose.file+yaml")
  static let environmentFileType = MediaType("application/vnd.docker.compose.envfile")
  /// Registries of the time before OCI 1.1 know an artifact by the type of its configuration.
  static let emptyConfigType = MediaType("application/vnd.docker.compose.config.empty.v1+json")
  static let emptyType = MediaType("application/vnd.oci.empty.v1+json")

  enum AnnotationKey {
    static let file = "com.docker.compose.file"
    static let extends = "com.docker.compose.extends"
    static let environmentFile = "com.docker.compose.envfile"
    static let version = "com.docker.compose.version"
  }

  /// Bytes of one file; nobody writes longer ones.
  private static let fileLimit = 16 << 20

  let layers: [ContentDescriptor]

  /// The artifact behind a reference, and its digest.
  static func find(_ reference: Reference, in remote: any RemoteImages) throws -> (ComposeArtifact, Digest) {
    let asked = reference.digest?.description ?? reference.tag ?? Reference.defaultTag
    let (bytes, digest) = try document(asked, in: remote)
    try remote.admit([digest])
    struct Head: Decodable {
      var manifests: [ContentDescriptor]?
    }
    let what = "oci://\(reference.familiar)"
    var manifest = bytes
    // A published application is an index of the project and of its images.
    if let children = try JSON.decode(Head.self, from: bytes, what: what).manifests {
      guard let child = children.first(where: { $0.artifactType == projectType.rawValue }) else { throw refusal(what) }
      manifest = try document(child.digest.description, in: remote).bytes
    }
    return (try ComposeArtifact(JSON.decode(Manifest.self, from: manifest, what: what), what), digest)
  }

  private init(_ manifest: Manifest, _ what: String) throws(Failure) {
    let type = manifest.artifactType ?? manifest.config.mediaType.rawValue
    guard [Self.projectType, Self.emptyConfigType].contains(MediaType(type)) else { throw Self.refusal(what) }
    layers = manifest.layers
  }

  private static func refusal(_ what: String) -> Failure {
    Failure(
      .invalidInput, "it is no compose project", subject: what, hint: "`davit publish` puts one into a registry")
  }

  private static func document(_ asked: String, in remote: any RemoteImages) throws -> (bytes: [UInt8], Digest) {
    let document = try remote.manifest(asked)
    let digest = Digest.sha256(of: document.bytes)
    if asked.contains(":"), asked != digest.description {
      throw Failure(.corrupt, "its content is \(digest)", subject: "manifest \(asked)")
    }
    return (document.bytes, digest)
  }

  /// Writes the files into a directory that is made for them.
  func write(into folder: String, from remote: any RemoteImages) throws {
    var main: [UInt8] = []
    var others: [(name: String, bytes: [UInt8])] = []
    for layer in layers {
      let isFile = layer.mediaType == Self.fileType
      guard isFile || layer.mediaType == Self.environmentFileType else { continue }
      let bytes = try content(of: layer, from: remote)
      if isFile, layer.annotations?[AnnotationKey.extends] == nil {
        main += main.isEmpty ? bytes : Array("\n---\n".utf8) + bytes
      } else {
        let key = isFile ? AnnotationKey.file : AnnotationKey.environmentFile
        others.append((try Self.checked(layer.annotations?[key] ?? "", layer), bytes))
      }
    }
    guard !main.isEmpty else { throw Failure(.invalidInput, "it holds no compose file", subject: "compose project") }
    try makeDirectories(folder, mode: 0o700)
    let directory = try Descriptor.open(folder, .anchor)
    for (name, bytes) in [("compose.yaml", main)] + others {
      try directory.writeAtomically(bytes, to: name, mode: 0o600)
    }
  }

  /// A name that lies in the directory of the copy and nowhere else (CVE-2025-62725).
  private static func checked(_ name: String, _ layer: ContentDescriptor) throws(Failure) -> String {
    guard !name.isEmpty, name != ".", name != "..", name != "compose.yaml",
      name.utf8.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") && $0 != 0x7f })
    else {
      throw Failure(
        .corrupt, "the name `\(name)` of one of its files leads elsewhere", subject: "layer \(layer.digest.short)")
    }
    return name
  }

  private func content(of layer: ContentDescriptor, from remote: any RemoteImages) throws -> [UInt8] {
    let bytes = try remote.document(layer, limit: Self.fileLimit)
    guard Digest.sha256(of: bytes) == layer.digest else {
      throw Failure(.corrupt, "the content does not have this digest", subject: "layer \(layer.digest)")
    }
    return bytes
  }
}
