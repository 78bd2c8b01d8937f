import Diagnostics
import Glibc
import HTTP
import Images
import Linux
import OCI
import Testing

@testable import Registry

/// A folder that goes away with the test.
final class Scratch {
  let path: String

  init() throws {
    var template = Array("/tmp/davit-registry-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError("creating a folder", errno: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? removeTree(path) }

  @discardableResult
  func write(_ name: String, _ text: String, mode: UInt32 = 0o600) throws -> String {
    try makeDirectories(splitPath("\(path)/\(name)").folder)
    try writeAtomically(Array(text.utf8), to: "\(path)/\(name)", mode: mode)
    return "\(path)/\(name)"
  }

  /// A person whose home is this folder.
  var settings: RegistrySettings {
    RegistrySettings(
      userAgent: "test", environment: ["HOME": path, "XDG_RUNTIME_DIR": "\(path)/run"], user: 0)
  }
}

/// An image of one layer, which holds nothing, and what a registry answers about it.
struct OneLayerImage: Sendable {
  let layer: [UInt8]
  let config: [UInt8]
  let manifest: [UInt8]

  init(layerSize: Int = 1024, urls: [String]? = nil) {
    // Zeros: an empty tar file of any length.
    layer = [UInt8](repeating: 0, count: layerSize)
    config = JSON.encode(ImageConfiguration(platform: .host, diffIDs: [Digest.sha256(of: layer)]))
    var blob = ContentDescriptor(mediaType: .layer, digest: Digest.sha256(of: layer), size: Int64(layerSize))
    blob.urls = urls
    manifest = JSON.encode(
      Manifest(
        config: ContentDescriptor(mediaType: .config, digest: Digest.sha256(of: config), size: Int64(config.count)),
        layers: [blob]))
  }

  /// The same as an image layout with the name `app:1`.
  func layout(in folder: String) throws -> String {
    try makeDirectories("\(folder)/blobs/sha256")
    for blob in [layer, config, manifest] {
      try writeAtomically(blob, to: "\(folder)/blobs/sha256/\(Digest.sha256(of: blob).hex)")
    }
    var root = ContentDescriptor(
      mediaType: .manifest, digest: Digest.sha256(of: manifest), size: Int64(manifest.count))
    root.annotations = ["org.opencontainers.image.ref.name": "app:1"]
    try writeAtomically(JSON.encode(Index(manifests: [root])), to: "\(folder)/index.json")
    try writeAtomically(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), to: "\(folder)/oci-layout")
    return folder
  }

  var layerPath: String { "/v2/app/blobs/\(Digest.sha256(of: layer))" }

  func answer(_ request: RecordingServer.Request) -> RecordingServer.Answer {
    switch request.path {
    case "/v2/": .init()
    case "/v2/app/manifests/1":
      .init(headers: [("Content-Type", MediaType.manifest.rawValue)], body: manifest)
    case "/v2/app/blobs/\(Digest.sha256(of: config))": .init(body: config)
    case layerPath: .init(body: layer)
    default: .init(status: 404)
    }
  }
}

@discardableResult
func pull(_ server: RecordingServer, _ scratch: Scratch, settings: RegistrySettings? = nil) throws -> PullResult {
  let reference = try Reference("\(server.host)/app:1")
  let registries = Registries(settings ?? scratch.settings)
  return try ImageStore(root: "\(scratch.path)/root").pull(
    PullRequest(reference, from: registries.source(reference)))
}
