import Diagnostics
import Linux
import OCI
import Testing

@testable import Images

@Suite("Loading and importing", .enabled(if: isRoot, "owners of files need root"))
struct LoadTests {
  private let scratch: Scratch
  private let store: ImageStore

  init() throws {
    scratch = try Scratch()
    store = ImageStore(root: scratch.path + "/root")
  }

  private var layers: [[UInt8]] {
    var lower = TestTar()
    lower.folder("etc")
    lower.add("etc/a", Array("alpha".utf8))
    var upper = TestTar()
    upper.folder("etc")
    upper.add("etc/b", Array("beta".utf8))
    return [lower.finished, upper.finished]
  }

  private func load(_ path: String) throws -> LoadResult { try store.load(LoadRequest(.path(path))) }

  private func checkLoaded(_ image: TestImage, _ name: String = "app:1") throws {
    let loaded = try store.resolve(name)
    #expect(loaded.id.description == image.id)
    let places = try store.layers(of: loaded)
    #expect(places.count == 2)
    #expect(String(decoding: try readFile(places[0] + "/etc/b"), as: UTF8.self) == "beta")
    #expect(String(decoding: try readFile(places[1] + "/etc/a"), as: UTF8.self) == "alpha")
    #expect(try store.verify().damage.isEmpty)
    #expect(try store.list().map(\.size) == [9])
  }

  @Test("a docker-archive")
  func dockerArchive() throws {
    let image = TestImage(layers: layers)
    let result = try load(scratch.write(image.dockerArchive, "app.tar"))
    #expect(result.images.flatMap(\.lines) == ["Loaded image: app:1"])
    try checkLoaded(image)
  }

  @Test("a docker-archive on a pipe, compressed")
  func pipe() throws {
    let image = TestImage(layers: layers)
    let (reading, writing) = try Descriptor.pipe()
    let packed = Pack.gzip(image.dockerArchive)
    let writer = try Thread.spawn {
      try writing.writeAll(packed)
      writing.close()
    }
    _ = try store.load(LoadRequest(.descriptor(reading.raw)))
    _ = try writer.join()
    try checkLoaded(image)
  }

  @Test("an image layout, with layers of any compression", arguments: ["plain", "gzip", "zstd"])
  func layout(_ compression: String) throws {
    let image = TestImage(layers: layers)
    let files = image.layout { layer in
      switch compression {
      case "gzip": (.layerGzip, Pack.gzip(layer))
      case "zstd": (.layerZstd, Pack.zstd(layer))
      default: (.layer, layer)
      }
    }
    let result = try load(scratch.write(files, in: "layout"))
    #expect(result.images.count == 1)
    try checkLoaded(image)
  }

  @Test("a layer that is one for Docker says so by its bytes, not by its media type")
  func mediaTypesLie() throws {
    let image = TestImage(layers: layers)
    _ = try load(scratch.write(image.layout { (.dockerLayerGzip, $0) }, in: "layout"))
    try checkLoaded(image)
  }

  @Test("one image of a layout is chosen by its name, and a wrong name lists the right ones")
  func chosen() throws {
    let image = TestImage(layers: layers)
    let folder = try scratch.write(image.layout(), in: "layout")
    do {
      _ = try load(folder + ":other")
      Issue.record("accepted")
    } catch { #expect("\(error)".contains("app:1")) }
    _ = try load(folder + ":app:1")
    try checkLoaded(image)
  }

  @Test("an OCI archive is a layout in a tar file")
  func ociArchive() throws {
    let image = TestImage(layers: layers)
    var tar = TestTar()
    for (name, bytes) in image.layout().sorted(by: { $0.key < $1.key }) {
      let path = Array(name.utf8)
      tar.add("x", bytes, pax: [("path", path)])
    }
    _ = try load(scratch.write(tar.finished, "oci.tar"))
    try checkLoaded(image)
  }

  @Test("a saved image loads with the same id and the same manifest")
  func saved() throws {
    let image = TestImage(layers: layers)
    _ = try load(scratch.write(image.layout { (.layerGzip, Pack.gzip($0)) }, in: "layout"))
    try store.tag("app:1", as: Reference("host:5000/x/y:2"))
    let before = try store.resolve("app:1")
    let file = try Descriptor.open(scratch.path + "/saved.tar", [.readWrite, .create])
    try store.save(["app:1", "host:5000/x/y:2"], to: file.raw)
    let other = ImageStore(root: scratch.path + "/other")
    let result = try other.load(LoadRequest(.path(scratch.path + "/saved.tar")))
    #expect(result.images.flatMap(\.lines) == ["Loaded image: app:1", "Loaded image: host:5000/x/y:2"])
    #expect(try other.resolve("host:5000/x/y:2") == before)
    #expect(try other.verify().damage.isEmpty)
  }

  @Test("of an image for several platforms this machine's is unpacked and found")
  func platforms() throws {
    var files = ["oci-layout": JSON.encode(LayoutMarker())]
    var children: [ContentDescriptor] = []
    for architecture in ["s390x", Platform.host.architecture] {
      let layer = layers[architecture == "s390x" ? 0 : 1]
      let configuration = JSON.encode(
        ImageConfiguration(
          platform: Platform(os: "linux", architecture: architecture), diffIDs: [Digest.sha256(of: layer)]))
      func put(_ bytes: [UInt8], _ type: MediaType) -> ContentDescriptor {
        files[ArchiveLoad.blobPath(Digest.sha256(of: bytes))] = bytes
        return ContentDescriptor(mediaType: type, digest: Digest.sha256(of: bytes), size: Int64(bytes.count))
      }
      let manifest = Manifest(config: put(configuration, .config), layers: [put(layer, .layer)])
      var child = put(JSON.encode(manifest), .manifest)
      child.platform = Platform(os: "linux", architecture: architecture)
      children.append(child)
    }
    // One more that the archive does not hold.
    children.append(ContentDescriptor(mediaType: .manifest, digest: .sha256(of: [1]), size: 1))
    let index = JSON.encode(Index(manifests: children))
    files[ArchiveLoad.blobPath(Digest.sha256(of: index))] = index
    let root = ContentDescriptor(
      mediaType: .index, digest: .sha256(of: index), size: Int64(index.count),
      annotations: [Annotation.referenceName: "multi:1"])
    files["index.json"] = JSON.encode(Index(manifests: [root]))
    _ = try load(scratch.write(files, in: "layout"))

    #expect(try store.resolve("multi:1").configuration.architecture == Platform.host.architecture)
    let foreign = try store.resolve("multi:1", platform: Platform("linux/s390x"))
    #expect(foreign.configuration.architecture == "s390x")
    #expect(scratch.files("root/layers").filter { $0.hasSuffix("layer.json") }.count == 1)
    #expect(FileStatus.exists(try store.layers(of: foreign)[0] + "/etc/a"))
    #expect(throws: Failure.self) { try store.resolve("multi:1", platform: Platform("linux/riscv64")) }
  }

  @Test("an imported file system is an image with the configuration that was asked for")
  func imported() throws {
    var request = ImportRequest(
      .path(try scratch.write(Pack.gzip(layers[0]), "root.tgz")), name: try Reference("rootfs"))
    request.changes = ["CMD [\"sh\"]", "ENV A=1 B=\"2 3\"", "EXPOSE 80", "USER 1:1"]
    request.message = "why"
    let image = try store.importRootFileSystem(request)
    #expect(image.execution.command == ["sh"])
    #expect(image.execution.environment == ["A=1", "B=2 3"])
    #expect(image.configuration.rootfs.diffIDs == [Digest.sha256(of: layers[0])])
    #expect(image.layers[0].mediaType == .layerGzip)
    #expect(image.configuration.comment == "why")
    #expect(try store.resolve("rootfs").id == image.id)
    #expect(FileStatus.exists(try store.layers(of: image)[0] + "/etc/a"))
  }

  @Test("the store is an image layout that can be loaded again")
  func storeIsALayout() throws {
    let image = TestImage(layers: layers)
    _ = try load(scratch.write(image.dockerArchive, "app.tar"))
    let other = ImageStore(root: scratch.path + "/other")
    _ = try other.load(LoadRequest(.path(scratch.path + "/root/content")))
    #expect(try other.resolve("app:1").id.description == image.id)
  }

  @Test(
    "a load or an import that is stopped leaves nothing, also one that waits for its input", arguments: [true, false])
  func stopped(loads: Bool) throws {
    let file = try scratch.write(TestImage(layers: layers).dockerArchive, "app.tar")
    let pipe = try Descriptor.pipe()
    for source in [ArchiveSource.path(file), .descriptor(pipe.reading.raw)] {
      let cancellation = try Cancellation()
      if case .path = source { cancellation.cancel() }
      let stopper = try Thread.spawn {
        _ = cancellation.sleep(nanoseconds: 50_000_000)
        cancellation.cancel()
      }
      let failure = #expect(throws: Failure.self) {
        if loads {
          var request = LoadRequest(source)
          request.cancellation = cancellation
          _ = try store.load(request)
        } else {
          var request = ImportRequest(source)
          request.cancellation = cancellation
          _ = try store.importRootFileSystem(request)
        }
      }
      try stopper.join()
      #expect(failure?.code == .interrupted)
      #expect(scratch.files("root/staging").isEmpty && scratch.files("root/content/blobs").isEmpty)
    }
  }

  @Test("loading the same again changes nothing")
  func again() throws {
    let archive = try scratch.write(TestImage(layers: layers).dockerArchive, "app.tar")
    _ = try load(archive)
    let before = try readFile(store.layout.index)
    let status = try FileStatus.of(store.layout.index)
    _ = try load(archive)
    #expect(try readFile(store.layout.index) == before)
    #expect(try FileStatus.of(store.layout.index).inode == status.inode)
  }

  @Test("two processes' worth of loads at once end with one good image")
  func concurrent() throws {
    let archive = try scratch.write(TestImage(layers: layers).dockerArchive, "app.tar")
    let root = scratch.path + "/root"
    let results = WorkerPool.map(Array(0..<6), limit: 6) { _ in
      try ImageStore(root: root).load(LoadRequest(.path(archive)))
    }
    for result in results { _ = try result.get() }
    try checkLoaded(TestImage(layers: layers))
    #expect(scratch.files("root/staging").isEmpty)
  }
}
