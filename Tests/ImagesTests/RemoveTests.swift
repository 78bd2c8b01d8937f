import Diagnostics
import Linux
import OCI
import Testing

@testable import Images

@Suite("Names and removal", .enabled(if: isRoot, "owners of files need root"))
struct RemoveTests {
  private let scratch: Scratch
  private let store: ImageStore
  private let image: TestImage

  init() throws {
    scratch = try Scratch()
    store = ImageStore(root: scratch.path + "/root")
    var tar = TestTar()
    tar.add("a", Array("alpha".utf8))
    image = TestImage(layers: [tar.finished])
    _ = try store.load(LoadRequest(.path(try scratch.write(image.dockerArchive, "app.tar"))))
  }

  private var blobs: [String] { scratch.files("root/content/blobs") }
  private func use(running: Bool) -> [ImageUse] {
    [ImageUse(container: "0123456789abcdef", containerName: "web", imageID: image.id, running: running)]
  }

  @Test("an image that came packed in two ways has all its names")
  func namesOfBoth() throws {
    var other = image
    other.name = "other:2"
    _ = try store.load(LoadRequest(.path(try scratch.write(other.layout { (.layerGzip, Pack.gzip($0)) }, in: "other"))))
    #expect(try store.resolve("app:1").id == store.resolve("other:2").id)
    for name in ["app:1", "other:2", image.id] {
      let inspection = try store.inspect(name)
      #expect(inspection.repoTags == ["app:1", "other:2"])
      #expect(inspection.repoDigests.count == 2)
    }
  }

  @Test("an image is found by name, id, the beginning of its id, and digest")
  func found() throws {
    let resolved = try store.resolve("app:1")
    for name in [
      "docker.io/library/app:1", image.id, String(image.id.dropFirst(7)), resolved.id.short,
      resolved.manifest.digest.description, "app@\(resolved.manifest.digest)",
    ] {
      #expect(try store.resolve(name) == resolved)
    }
    for name in ["app", "app:2", "other/app:1", "ffffffffffff", "app@sha256:\(String(repeating: "0", count: 64))"] {
      #expect(throws: Failure.self) { try store.resolve(name) }
    }
  }

  @Test("a name that was given goes with its image, and removing it keeps the image while another is left")
  func untag() throws {
    try store.tag("app:1", as: Reference("host:5000/web"))
    #expect(try store.resolve("host:5000/web:latest").names.map(\.familiar) == ["app:1", "host:5000/web:latest"])
    let removals = try store.remove("app:1") { use(running: true) }
    #expect(removals.map(\.description) == ["Untagged: app:1"])
    #expect(throws: Failure.self) { try store.resolve("app:1") }
    #expect(try store.resolve("host:5000/web").id.description == image.id)
  }

  @Test("removing the last name removes the image and all that only it needed")
  func removed() throws {
    let removals = try store.remove("app:1") { [] }
    #expect(removals.first?.description == "Untagged: app:1")
    #expect(removals.dropFirst().first?.description == "Deleted: \(image.id)")
    #expect(blobs.isEmpty)
    #expect(try listDirectory(store.layout.layers).isEmpty)
    #expect(try store.list().isEmpty)
  }

  @Test("an image that a container uses is refused, by name and by id")
  func used() throws {
    for running in [true, false] {
      for name in ["app:1", image.id] {
        do {
          _ = try store.remove(name) { use(running: running) }
          Issue.record("removed")
        } catch {
          #expect("\(error)".contains("container 0123456789ab") && "\(error)".hasPrefix("conflict: unable to"))
        }
      }
    }
    #expect(throws: Failure.self) { try store.remove(image.id, force: true) { use(running: true) } }
    #expect(try store.resolve("app:1").id.description == image.id)
  }

  @Test("by force the name of an image that a running container uses goes, and the image stays")
  func forcedName() throws {
    #expect(try store.remove("app:1", force: true) { use(running: true) }.map(\.description) == ["Untagged: app:1"])
    #expect(try store.resolve(image.id).names.isEmpty)
    #expect(try store.verify().damage.isEmpty)
  }

  @Test("by force an image that a stopped container uses loses its name, and its layers stay")
  func forced() throws {
    let resolved = try store.resolve("app:1")
    #expect(try store.remove("app:1", force: true) { use(running: false) }.map(\.description) == ["Untagged: app:1"])
    #expect(try store.resolve(image.id).names.isEmpty)
    #expect(FileStatus.exists(try store.layers(of: resolved)[0]))
    #expect(try store.prune { use(running: false) }.removals.isEmpty)
    let pruned = try store.prune { [] }
    #expect(pruned.removals.first == .deleted(resolved.id))
    #expect(pruned.reclaimed > 5)
    #expect(blobs.isEmpty)
  }

  @Test("by id an image with several names is removed only by force, with all of them")
  func severalNames() throws {
    try store.tag("app:1", as: Reference("b:2"))
    #expect(throws: Failure.self) { try store.remove(image.id) { [] } }
    let removals = try store.remove(image.id, force: true) { [] }
    #expect(removals.map(\.description).prefix(2) == ["Untagged: app:1", "Untagged: b:2"])
    #expect(blobs.isEmpty)
  }

  @Test("a name that moves to another image leaves the first one without")
  func moved() throws {
    var tar = TestTar()
    tar.add("b", Array("beta".utf8))
    let other = TestImage(layers: [tar.finished])
    _ = try store.load(LoadRequest(.path(try scratch.write(other.dockerArchive, "other.tar"))))
    #expect(try store.resolve("app:1").id.description == other.id)
    #expect(try store.list().filter { $0.name == nil }.map(\.id.description) == [image.id])
    let pruned = try store.prune { [] }
    #expect(pruned.removals.first?.description == "Deleted: \(image.id)")
    #expect(try store.verify().damage.isEmpty)
    #expect(FileStatus.exists(try store.layers(of: store.resolve("app:1"))[0] + "/b"))
  }

  @Test("an image that was packed in two ways is one image")
  func packedTwice() throws {
    _ = try store.load(
      LoadRequest(.path(try scratch.write(image.layout { (.layerGzip, Pack.gzip($0)) }, in: "layout"))))
    #expect(try store.list().map { $0.name?.familiar } == ["app:1"])
    #expect(try store.resolve(image.id).names.map(\.familiar) == ["app:1"])
    _ = try store.load(LoadRequest(.path(scratch.path + "/app.tar")))
    #expect(try store.list().count == 1)
    _ = try store.remove(image.id) { [] }
    #expect(blobs.isEmpty)
    #expect(throws: Failure.self) { try store.resolve(image.id) }
  }

  @Test("pruning takes away what only an image that came in another form needed, and the image only with its last form")
  func prunedForms() throws {
    _ = try store.load(
      LoadRequest(.path(try scratch.write(image.layout { (.layerGzip, Pack.gzip($0)) }, in: "layout"))))
    let before = blobs.count
    let first = try store.prune { [] }
    #expect(first.removals.isEmpty && first.reclaimed > 0)
    #expect(blobs.count == before - 2)
    #expect(try store.resolve("app:1").id.description == image.id)

    _ = try store.load(LoadRequest(.path(scratch.path + "/app.tar")))
    let all = try store.prune(all: true) { [] }
    #expect(all.removals.count { $0.description == "Deleted: \(image.id)" } == 1)
    #expect(blobs.isEmpty)
    #expect(try store.list().isEmpty)
  }

  @Test("layers that another image shares stay")
  func shared() throws {
    var tar = TestTar()
    tar.add("b", Array("beta".utf8))
    var bigger = image
    bigger.layers.append(tar.finished)
    bigger.name = "bigger:1"
    _ = try store.load(LoadRequest(.path(try scratch.write(bigger.dockerArchive, "bigger.tar"))))
    _ = try store.remove("app:1") { [] }
    #expect(FileStatus.exists(try store.layers(of: store.resolve("bigger:1"))[1] + "/a"))
    #expect(try store.verify().damage.isEmpty)
  }

  @Test("damage to a blob is found and named")
  func verified() throws {
    let layer = try store.resolve("app:1").layers[0]
    try Descriptor.open(store.layout.blob(layer.digest), [.writeOnly]).writeAll([1, 2, 3])
    let damage = try store.verify(["app:1"]).damage
    #expect(damage.count == 1)
    #expect(damage[0].description.contains(layer.digest.description))
  }

  @Test("while the store is held nothing is collected")
  func held() throws {
    let hold = try store.hold()
    #expect(try FileLock(trying: store.layout.collectionLock) == nil)
    hold.release()
    #expect(try FileLock(trying: store.layout.collectionLock) != nil)
  }

  @Test("inspect says what Docker says")
  func inspected() throws {
    let inspection = try store.inspect("app:1")
    #expect(inspection.repoTags == ["app:1"])
    #expect(inspection.rootFS.layers.count == 1)
    let text = String(decoding: JSON.encode(inspection), as: UTF8.self)
    for key in [
      "\"Id\":\"sha256:", "\"Descriptor\":{", "\"RepoTags\":[\"app:1\"]", "\"Architecture\":",
      "\"RootFS\":{\"Layers\":[", "\"Size\":5",
      "\"Entrypoint\":null", "\"WorkingDir\":\"\"",
    ] {
      #expect(text.contains(key))
    }
  }
}
