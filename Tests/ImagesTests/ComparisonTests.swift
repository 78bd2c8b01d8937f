import Diagnostics
import Glibc
import Linux
import OCI
import Testing

@testable import Images

@Suite("Images side by side", .enabled(if: isRoot, "owners of files need root"))
struct ComparisonTests {
  private let scratch: Scratch
  private let store: ImageStore

  init() throws {
    scratch = try Scratch()
    store = ImageStore(root: scratch.path + "/root")
  }

  /// An image whose layers hold a file each.
  private func load(_ name: String, _ layers: [(String, String)]) throws {
    let tars = layers.map { name, content in
      var tar = TestTar()
      tar.add(name, Array(content.utf8))
      return tar.finished
    }
    let image = TestImage(layers: tars, name: name)
    _ = try store.load(LoadRequest(.path(try scratch.write(image.dockerArchive, "app.tar"))))
  }

  @Test("every kind of difference between two trees is told, and nothing else")
  func trees() throws {
    func tree(_ name: String, _ make: (inout TestTar) -> Void) throws -> Descriptor {
      var tar = TestTar()
      make(&tar)
      let path = scratch.path + "/" + name
      try makeDirectories(path)
      let folder = try Descriptor.open(path, [.directory])
      let source = try FileSource(Descriptor.open(scratch.write(tar.finished, name + ".tar")), at: 0, count: .max)
      _ = try LayerUnpacker(TarReader(source), into: folder, on: nil).unpack()
      return folder
    }
    let before = try tree("before") { tar in
      for name in ["same", "content", "longer", "mode", "owner", "gone", "kind"] { tar.add(name, Array("alpha".utf8)) }
      tar.add("link", type: "2", link: "same")
      tar.folder("empty")
      tar.folder("lost")
      tar.add("lost/inner", [1])
    }
    let after = try tree("after") { tar in
      tar.add("same", Array("alpha".utf8), seconds: 1_800_000_000)
      tar.add("content", Array("alpho".utf8))
      tar.add("longer", Array("alpha!".utf8))
      tar.add("mode", Array("alpha".utf8), mode: 0o755)
      tar.add("owner", Array("alpha".utf8), uid: 7)
      tar.folder("kind")
      tar.add("kind/new", [1, 2])
      tar.add("link", type: "2", link: "other")
      tar.folder("empty")
    }
    var found: [String] = []
    try TreeComparison.compare(before, after) { change in
      found.append("\(change.kind.rawValue) \(change.path) \(change.details.joined(separator: ","))")
    }
    #expect(
      found == [
        "C /content content", "D /gone ", "C /kind file → directory", "A /kind/new ", "C /link target same → other",
        "C /longer content", "D /lost ", "D /lost/inner ", "C /mode mode 0644 → 0755", "C /owner owner 0:0 → 7:0",
      ])
    try TreeComparison.compare(before, before) { Issue.record("\($0)") }
    try TreeComparison.compare(nil, nil) { Issue.record("\($0)") }
  }

  @Test("layers that images share stand once in the tree, and what each image alone takes is known")
  func sharing() throws {
    try load("one:1", [("base", "12345"), ("one", "1")])
    try load("two:1", [("base", "12345"), ("two", "22")])
    try load("three:1", [("other", "333")])
    try store.tag("two:1", as: Reference("deux:1"))
    let forest = try store.layerForest()
    #expect(forest.map(\.users).sorted() == [1, 2])
    let base = try #require(forest.first { $0.users == 2 })
    #expect(base.size == 5 && base.images.isEmpty)
    #expect(base.children.map(\.images) == [["deux:1, two:1"], ["one:1"]])
    #expect(base.children.map(\.size) == [2, 1])
    #expect(try store.layerForest(of: ["one:1"]) == [base])

    let three = try store.resolve("three:1").id.description
    let usage = try store.usage(used: [three])
    #expect(usage.images.count == 4)
    let parts = Dictionary(usage.images.map { ($0.image.name!.familiar, $0) }) { first, _ in first }
    #expect(parts["one:1"]!.shared == parts["deux:1"]!.shared && parts["one:1"]!.shared > 5)
    #expect(parts["three:1"]!.shared == 0)
    #expect(usage.size == usage.reclaimable + parts["three:1"]!.unique)
    // What is said to become free does.
    _ = try store.remove("three:1") { [] }
    #expect(try store.usage(used: []).size == usage.reclaimable)
    #expect(try store.prune(all: true) { [] }.reclaimed == usage.reclaimable)
    #expect(try store.usage(used: []).size == 0)
  }

  @Test("an image for another platform alone can be looked at and saved, but not run by chance")
  func foreign() throws {
    var tar = TestTar()
    tar.add("a", [1])
    var request = ImportRequest(.path(try scratch.write(tar.finished, "a.tar")), name: try Reference("foreign:1"))
    request.platform = try Platform("linux/s390x")
    _ = try store.importRootFileSystem(request)
    #expect(throws: Failure.self) { try store.resolve("foreign:1") }
    #expect(try store.inspect("foreign:1").architecture == "s390x")
    #expect(try store.history(of: "foreign:1").count == 1)
    #expect(try store.layerForest(of: ["foreign:1"]).count == 1)
    #expect(try store.manifests(of: "foreign:1").count == 1)
    let file = try Descriptor.open(scratch.path + "/saved.tar", [.writeOnly, .create])
    try store.save(["foreign:1"], to: file.raw)
    #expect(throws: Failure.self) { try store.inspect("foreign:1", platform: .host) }
  }

  @Test("save writes every tag of a repository that is named without one")
  func savedTags() throws {
    try load("app:1", [("a", "1")])
    try load("app:2", [("a", "2")])
    let path = scratch.path + "/saved.tar"
    let file = try Descriptor.open(path, [.writeOnly, .create])
    try store.save(["app"], to: file.raw)
    let other = ImageStore(root: scratch.path + "/other")
    #expect(
      try other.load(LoadRequest(.path(path))).images.flatMap(\.lines) == [
        "Loaded image: app:1", "Loaded image: app:2",
      ])
    #expect(throws: Failure.self) { try store.save(["app:1"], platform: Platform("linux/s390x"), to: file.raw) }
  }
}
