import Diagnostics
import Glibc
import Linux
import OCI
import Synchronization
import Testing

@testable import Images

@Suite("What goes wrong leaves nothing behind", .enabled(if: isRoot, "owners of files need root"))
struct FaultTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private var image: TestImage {
    var lower = TestTar()
    lower.folder("etc")
    lower.add("etc/a", Array("alpha".utf8))
    var upper = TestTar()
    upper.add("etc/b", Array("beta".utf8))
    return TestImage(layers: [lower.finished, upper.finished])
  }

  /// Everything of a store but its locks and its marker.
  private var content: [String] {
    scratch.files("root").filter { !$0.hasSuffix(".lock") && !$0.hasSuffix("oci-layout") }
  }

  /// Fails at the step with this number, counted from 0.
  private func store(failingAt number: Int, reached: Atomic64) -> ImageStore {
    var layout = StoreLayout(root: scratch.path + "/root")
    layout.failpoint = { step in
      if reached.next() == number { throw SystemError("at the step \(step)", errno: ENOSPC) }
    }
    return ImageStore(layout)
  }

  private final class Atomic64: Sendable {
    private let value = Atomic<Int>(0)
    func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
    var count: Int { value.load(ordering: .relaxed) }
  }

  @Test("a failure at any step of a load leaves the store as it was", arguments: ["docker", "layout", "pipe"])
  func everyStep(_ form: String) throws {
    let archive = try scratch.write(image.dockerArchive, "app.tar")
    let folder = try scratch.write(image.layout { (.layerGzip, Pack.gzip($0)) }, in: "layout")
    func load(_ store: ImageStore) throws {
      switch form {
      case "docker": _ = try store.load(LoadRequest(.path(archive)))
      case "layout": _ = try store.load(LoadRequest(.path(folder)))
      default:
        let (reading, writing) = try Descriptor.pipe()
        try writing.writeAll(try readFile(archive))
        writing.close()
        _ = try store.load(LoadRequest(.descriptor(reading.raw)))
      }
    }
    var number = 0
    while true {
      let reached = Atomic64()
      let store = store(failingAt: number, reached: reached)
      do {
        try load(store)
        #expect(reached.count <= number)
        break
      } catch {
        #expect("\(error)".contains("No space left on device\n  hint: nothing was kept"))
        #expect(content == [], "step \(number)")
      }
      number += 1
      guard number < 100 else { break }
    }
    // Blobs and their publishing, layers, the index: there are many steps.
    #expect(number >= 10)
    #expect(try ImageStore(root: scratch.path + "/root").resolve("app:1").id.description == image.id)
  }

  @Test("a failing load keeps what other images share with it")
  func sharedStays() throws {
    let store = ImageStore(root: scratch.path + "/root")
    _ = try store.load(LoadRequest(.path(try scratch.write(image.dockerArchive, "app.tar"))))
    let before = content
    var other = image
    other.layers.append(Array(image.layers[0].prefix(700)))
    other.name = "broken:1"
    #expect(throws: Failure.self) {
      try store.load(LoadRequest(.path(try scratch.write(other.dockerArchive, "broken.tar"))))
    }
    #expect(content == before)
    #expect(try store.verify().damage.isEmpty)
  }

  @Test("a damaged archive is refused, whatever is wrong with it")
  func damaged() throws {
    let good = image.layout { (.layerGzip, Pack.gzip($0)) }
    let names = good.keys.filter { $0.hasPrefix("blobs/") }.sorted()
    for name in names {
      for damage in ["missing", "cut", "changed"] {
        var files = good
        switch damage {
        case "missing": files[name] = nil
        case "cut": files[name]!.removeLast()
        default: files[name]![files[name]!.count / 2] ^= 1
        }
        let folder = try scratch.write(files, in: "damaged-\(name.suffix(8))-\(damage)")
        #expect(throws: Failure.self, "\(name) \(damage)") {
          try ImageStore(root: scratch.path + "/root").load(LoadRequest(.path(folder)))
        }
        #expect(content == [])
      }
    }
  }

  @Test("one bad image of several keeps the whole archive out")
  func allOrNothing() throws {
    var tar = TestTar()
    let good = image
    var other = image
    other.layers[1] = other.layers[0] + other.layers[1]
    tar.add("config.json", good.configuration)
    tar.add("other.json", other.configuration)
    for (index, layer) in good.layers.enumerated() { tar.add("layer\(index).tar", layer) }
    tar.add(
      "manifest.json",
      JSON.encode([
        DockerArchiveEntry(config: "config.json", repoTags: ["good:1"], layers: ["layer0.tar", "layer1.tar"]),
        // Its configuration says another digest.
        DockerArchiveEntry(config: "other.json", repoTags: ["bad:1"], layers: ["layer0.tar", "layer1.tar"]),
      ]))
    let store = ImageStore(root: scratch.path + "/root")
    let archive = try scratch.write(tar.finished, "two.tar")
    #expect(throws: Failure.self) { try store.load(LoadRequest(.path(archive))) }
    #expect(content == [])
  }

  @Test("what a command left behind that was killed is removed by the next one")
  func killed() throws {
    let layout = StoreLayout(root: scratch.path + "/root")
    try layout.make()
    try makeDirectories(layout.staging + "/1-2-3/5/tree")
    let living = try Staging(layout)
    let file = try living.makeFile()
    _ = try ImageStore(layout).load(LoadRequest(.path(try scratch.write(image.dockerArchive, "app.tar"))))
    #expect(try listDirectory(layout.staging).count == 1)
    #expect(try file.file.status().links == 1)
    living.discard()
    #expect(try listDirectory(layout.staging).isEmpty)
  }

  @Test("a layer of an earlier boot that lost content is unpacked again")
  func garbled() throws {
    let store = ImageStore(root: scratch.path + "/root")
    _ = try store.load(LoadRequest(.path(try scratch.write(image.dockerArchive, "app.tar"))))
    let resolved = try store.resolve("app:1")
    let place = try store.layers(of: resolved)[1]
    let record = splitPath(place).folder + "/" + LayerRecord.fileName
    var old = try #require(LayerRecord.read(splitPath(place).folder))
    old.boot = "another"
    try writeAtomically(JSON.encode(old), to: record)
    try Descriptor.open(place + "/etc/a", [.writeOnly, .truncate]).close()

    let later = ImageStore(root: scratch.path + "/root")
    #expect(try later.layers(of: resolved)[1] == place)
    #expect(String(decoding: try readFile(place + "/etc/a"), as: UTF8.self) == "alpha")
    #expect(LayerRecord.read(splitPath(place).folder)?.boot == LayerRecord.thisBoot)

    // A whole one is only marked.
    try writeAtomically(JSON.encode(old), to: record)
    let inode = try FileStatus.of(place).inode
    _ = try ImageStore(root: scratch.path + "/root").layers(of: resolved)
    #expect(try FileStatus.of(place).inode == inode)
  }
}
