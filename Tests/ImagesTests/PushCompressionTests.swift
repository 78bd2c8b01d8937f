import Diagnostics
import Linux
import OCI
import Testing

@testable import Images

@Suite("Layers compressed for a push", .enabled(if: isRoot, "owners of files need root"))
struct PushCompressionTests {
  private let scratch: Scratch
  private let store: ImageStore
  private let image: TestImage

  init() throws {
    scratch = try Scratch()
    store = ImageStore(root: scratch.path + "/root")
    image = TestImage(
      layers: ["alpha", "beta"].map { text in
        var tar = TestTar()
        tar.add(text, Array(String(repeating: text, count: 50_000).utf8))
        return tar.finished
      })
  }

  @Test("what an encoder makes is what it was given, whatever the pieces", arguments: PushCompression.Format.allCases)
  func encoders(_ format: PushCompression.Format) throws {
    let plain = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 / 97 ^ $0) }
    for pieces in [1000, 300_000] {
      for level in [1, 9] {
        let packed = try PushCompression(format, level: level).encoder(PiecesSource(plain, pieces: pieces)).all()
        let (unpacked, compression) = try Compression.open(PiecesSource(packed, pieces: 333))
        #expect(compression == format.compression)
        #expect(try unpacked.all() == plain)
      }
    }
    #expect(
      try Compression.open(PiecesSource(PushCompression(format).encoder(PiecesSource([])).all())).plain.all() == [])
    #expect(throws: Failure.self) { try PushCompression(format, level: 23) }
  }

  @Test("the image stays the same, its layers are smaller, and the manifest says how they are packed")
  func recompressed() throws {
    _ = try store.load(LoadRequest(.path(try scratch.write(image.dockerArchive, "app.tar"))))
    let stored = try store.pushContents(Reference("app:1"))
    for format in PushCompression.Format.allCases {
      let contents = try store.pushContents(Reference("app:1"), compression: PushCompression(format))
      #expect(contents.root.digest != stored.root.digest)
      let manifest = try JSON.decode(Manifest.self, from: contents.documents[0].bytes, what: "manifest")
      #expect(Digest.sha256(of: contents.documents[0].bytes) == contents.root.digest)
      #expect(manifest.config.digest.description == image.id)
      #expect(manifest.layers.allSatisfy { $0.mediaType == (format == .gzip ? .layerGzip : .layerZstd) })
      #expect(manifest.layers.map(\.digest) == contents.blobs.filter(\.mediaType.isLayer).map(\.digest))
      for (layer, plain) in zip(manifest.layers, image.layers) {
        let bytes = try contents.open(layer.digest).readAll(limit: 1 << 20)
        #expect(Int64(bytes.count) == layer.size && bytes.count < plain.count / 10)
        #expect(try Compression.open(PiecesSource(bytes)).plain.all() == plain)
      }
    }
    #expect(try listDirectory(store.layout.staging).isEmpty)
  }

  @Test("layers that are packed so already stay as they are, unless they are to be packed anew")
  func asTheyAre() throws {
    _ = try store.load(
      LoadRequest(.path(try scratch.write(image.layout { (.layerGzip, Pack.gzip($0)) }, in: "layout"))))
    let stored = try store.pushContents(Reference("app:1"))
    let same = try store.pushContents(Reference("app:1"), compression: PushCompression(.gzip))
    #expect(same.root == stored.root && same.blobs == stored.blobs)
    let anew = try store.pushContents(Reference("app:1"), compression: PushCompression(.gzip, level: 1, force: true))
    #expect(anew.root.digest != stored.root.digest)
  }

  @Test("of several platforms each is packed, and the index leads to what became of them")
  func platforms() throws {
    var files = image.layout()
    var index = try JSON.decode(Index.self, from: files["index.json"]!, what: "index")
    var inner = Index(mediaType: .dockerManifestList, manifests: index.manifests)
    inner.manifests[0].platform = .host
    inner.manifests[0].annotations = nil
    let bytes = JSON.encode(inner)
    let digest = Digest.sha256(of: bytes)
    files["blobs/sha256/\(digest.hex)"] = bytes
    index.manifests = [
      ContentDescriptor(
        mediaType: .dockerManifestList, digest: digest, size: Int64(bytes.count),
        annotations: [Annotation.referenceName: "app:1"])
    ]
    files["index.json"] = JSON.encode(index)
    _ = try store.load(LoadRequest(.path(try scratch.write(files, in: "layout"))))
    let contents = try store.pushContents(Reference("app:1"), compression: PushCompression(.zstd))
    #expect(contents.documents.count == 2 && contents.root.mediaType == .index)
    let written = try JSON.decode(Index.self, from: contents.documents[1].bytes, what: "index")
    #expect(written.manifests.map(\.digest) == [contents.documents[0].descriptor.digest])
    #expect(written.manifests[0].size == Int64(contents.documents[0].bytes.count))
  }
}
