import Diagnostics
import Glibc
import Linux
import Testing

@testable import Images

@Suite("Unpacking a layer", .enabled(if: isRoot, "owners, devices and overlayfs's attributes need root"))
struct UnpackTests {
  private let scratch: Scratch
  private let outside: String

  init() throws {
    scratch = try Scratch()
    outside = try scratch.write(Array("outside".utf8), "outside/file")
  }

  /// Unpacks layers on each other, lowest first, each as soon as it can, and gives their roots. Each is unpacked once
  /// more as if those below came late: that must come to the same.
  @discardableResult
  private func unpack(_ layers: [TestTar]) throws -> [(root: Descriptor, result: UnpackedLayer)] {
    var done: [(root: Descriptor, result: UnpackedLayer)] = []
    try removeTree("\(scratch.path)/layers")
    for (index, layer) in layers.enumerated() {
      let lower = done.reversed().map(\.root)
      let late = Result { try unpackLate(layer.finished, index == 0 ? nil : lower) }
      do {
        let root = try folder("\(index)")
        let result = try Self.unpacker(layer.finished, root, index == 0 ? nil : LowerLayers { lower }).unpack()
        done.append((root, result))
        let other = try late.get()
        #expect(try TreeFacts(root, marks: true).facts == TreeFacts(other.root, marks: true).facts)
        #expect(other.result.size == result.size)
        #expect(other.result.needsLower == result.needsLower && other.result.hidesLower == result.hidesLower)
      } catch {
        #expect(throws: (any Error).self) { try late.get() }
        throw error
      }
    }
    return done
  }

  private func folder(_ name: String) throws -> Descriptor {
    let path = "\(scratch.path)/layers/\(name)"
    try removeTree(path)
    try makeDirectories(path)
    return try Descriptor.open(path, [.directory])
  }

  private static func unpacker(_ layer: [UInt8], _ root: Descriptor, _ lower: LowerLayers?) -> LayerUnpacker {
    LayerUnpacker(TarReader(PiecesSource(layer, pieces: 1000)), into: root, on: lower)
  }

  /// The layers below are asked for at the end only, unless the layer cannot do without them.
  private func unpackLate(_ layer: [UInt8], _ lower: [Descriptor]?) throws -> (
    root: Descriptor, result: UnpackedLayer
  ) {
    let root = try folder("late")
    do {
      return (
        root, try Self.unpacker(layer, root, lower.map { lower in LowerLayers(areThere: { false }) { lower } }).unpack()
      )
    } catch is LinkBelow {
      try root.removeContents()
      #expect(try root.fileNames().isEmpty)
      return (root, try Self.unpacker(layer, root, lower.map { lower in LowerLayers { lower } }).unpack())
    }
  }

  private func text(_ root: Descriptor, _ path: String) throws -> String {
    String(decoding: try root.openInRoot(path).readAll(), as: UTF8.self)
  }

  private func status(_ root: Descriptor, _ path: String) throws -> FileStatus {
    try FileStatus.of("\(root.procPath)/\(path)", following: false)
  }

  private var base: TestTar {
    var tar = TestTar()
    tar.folder("etc")
    tar.add("etc/a", Array("alpha".utf8))
    tar.add("etc/b", Array("beta".utf8), mode: 0o640, uid: 5, gid: 6)
    tar.add("tmp", type: "5", mode: 0o1777, uid: 3)
    return tar
  }

  @Test("owners, modes, times and links are those of the layer")
  func attributes() throws {
    var tar = TestTar()
    tar.folder("ro", mode: 0o555)
    tar.add("ro/su", Array("x".utf8), mode: 0o4755, uid: 1000, gid: 1001, seconds: 1_000_000)
    tar.add("ro/hard", type: "1", link: "ro/su")
    tar.add("ro/soft", type: "2", link: "../ro/su")
    tar.add("pipe", type: "6")
    tar.add("null", type: "3", mode: 0o666, major: 1, minor: 3)
    let (root, result) = try unpack([tar])[0]
    let file = try status(root, "ro/su")
    #expect(file.permissions == 0o4755)
    #expect((file.uid, file.gid) == (1000, 1001))
    #expect(file.modified.seconds == 1_000_000)
    #expect(file.links == 2)
    #expect(try status(root, "ro").permissions == 0o555)
    #expect(try status(root, "ro").modified.seconds == 1_700_000_000)
    #expect(try status(root, "pipe").kind == .fifo)
    #expect((try status(root, "null").major, try status(root, "null").minor) == (1, 3))
    #expect(try readLink("\(root.procPath)/ro/soft") == "../ro/su")
    #expect(result.size == 1)
    #expect(!result.needsLower)
  }

  @Test("a whiteout becomes overlayfs's, and never hides what its own layer brings")
  func whiteouts() throws {
    var tar = TestTar()
    tar.folder("etc")
    tar.add("etc/.wh.a")
    tar.add("etc/b", Array("new".utf8))
    tar.add("etc/.wh.b")
    let (root, result) = try unpack([base, tar])[1]
    #expect(try status(root, "etc/a").isWhiteout)
    #expect(try text(root, "etc/b") == "new")
    #expect(!result.needsLower)
  }

  @Test("an opaque marker hides the directory below, wherever it stands")
  func opaque() throws {
    var tar = TestTar()
    tar.folder("etc")
    tar.add("etc/new", Array("1".utf8))
    tar.add("etc/.wh.a")
    tar.add("etc/.wh..wh..opq")
    let (root, _) = try unpack([base, tar])[1]
    #expect(try root.attribute(Overlay.opaque, of: "etc") == Overlay.yes)
    // A whiteout in a directory that hides everything anyway would be seen in it.
    #expect(try root.openInRoot("etc", .anchor).entries().map(\.name) == ["new"])
  }

  @Test("a marker that hides nothing leaves nothing")
  func idleWhiteout() throws {
    var tar = TestTar()
    tar.add("new/.wh.nothing")
    tar.add("etc/.wh.nothing")
    tar.add("etc/.wh.a")
    let (root, result) = try unpack([base, tar])[1]
    #expect(try root.openInRoot("new", .anchor).entries().isEmpty)
    #expect(try root.openInRoot("etc", .anchor).entries().map(\.name) == ["a"])
    #expect(result.needsLower)
  }

  @Test("a file that was taken along for a link goes again when the layer hides it")
  func borrowed() throws {
    var tar = TestTar()
    tar.add("b2", type: "1", link: "etc/b")
    tar.add("a2", type: "1", link: "etc/a")
    tar.add("etc/.wh.b")
    let (root, _) = try unpack([base, tar])[1]
    #expect(try text(root, "b2") == "beta")
    #expect(try status(root, "etc/b").isWhiteout)
    #expect(try text(root, "etc/a") == "alpha")

    tar.add("etc/.wh..wh..opq")
    let (hidden, _) = try unpack([base, tar])[1]
    #expect(try hidden.openInRoot("etc", .anchor).entries().isEmpty)
    // What is hidden cannot be linked to either, nor does it say how a folder looks.
    tar.add("c2", type: "1", link: "etc/a")
    #expect(throws: Failure.self) { try unpack([base, tar]) }
  }

  @Test("a file that was taken along for a link and lost with its directory is not missed")
  func borrowedAndLost() throws {
    var tar = TestTar()
    tar.add("b2", type: "1", link: "etc/b")
    tar.add("etc", Array("file".utf8))
    tar.folder("etc")
    let (root, _) = try unpack([base, tar])[1]
    #expect(try text(root, "b2") == "beta")
    #expect(try root.openInRoot("etc", .anchor).entries().isEmpty)
  }

  @Test("a folder that replaces a removed one hides what was there")
  func replaced() throws {
    var tar = TestTar()
    tar.add(".wh.etc")
    tar.add("etc/only", Array("1".utf8))
    let (root, _) = try unpack([base, tar])[1]
    #expect(try root.attribute(Overlay.opaque, of: "etc") == Overlay.yes)
  }

  @Test("an opaque marker in the root leaves the lower layers out")
  func opaqueRoot() throws {
    var tar = TestTar()
    tar.add(".wh..wh..opq")
    #expect(try unpack([base, tar])[1].result.hidesLower)
  }

  @Test("a folder that no member names is as below, and the layer then belongs to those below")
  func impliedFolder() throws {
    var tar = TestTar()
    tar.add("tmp/x", Array("1".utf8))
    tar.add("new/y", Array("1".utf8))
    let (root, result) = try unpack([base, tar])[1]
    #expect(try status(root, "tmp").permissions == 0o1777)
    #expect(try status(root, "tmp").uid == 3)
    #expect(try status(root, "new").permissions == 0o755)
    #expect(result.needsLower)
  }

  @Test("a folder that is named after its files has what that member says")
  func namedLate() throws {
    var lower = TestTar()
    lower.add("d", type: "5", mode: 0o2775, gid: 50, pax: [("SCHILY.xattr.user.k", [1])])
    var upper = TestTar()
    upper.add("d/x", Array("1".utf8))
    upper.add("d/e/f", Array("1".utf8))
    upper.add("d", type: "5", mode: 0o700)
    let (root, _) = try unpack([lower, upper])[1]
    #expect(try root.attributes(of: "d").isEmpty)
    #expect(try status(root, "d").permissions == 0o700)
    // Made in a folder with the setgid bit, but root's all the same.
    #expect((try status(root, "d/e").permissions, try status(root, "d/e").gid) == (0o755, 0))
  }

  @Test("a hard link to a lower layer's file takes the file along")
  func linkBelow() throws {
    var tar = TestTar()
    tar.add("etc/b2", type: "1", link: "/etc/b")
    let (root, result) = try unpack([base, tar])[1]
    let both = (try status(root, "etc/b"), try status(root, "etc/b2"))
    #expect(both.0.inode == both.1.inode)
    #expect(both.0.permissions == 0o640)
    #expect((both.0.uid, both.0.gid) == (5, 6))
    #expect(try text(root, "etc/b2") == "beta")
    #expect(result.needsLower)
    #expect(result.size == 4)
  }

  @Test("a link of a lower layer on the way is followed inside of the image")
  func linkOnTheWay() throws {
    var lower = TestTar()
    lower.add("out", type: "2", link: "/")
    lower.add("up", type: "2", link: "../../../../../../" + scratch.path.dropFirst() + "/outside")
    var upper = TestTar()
    upper.add("out/x", Array("1".utf8))
    upper.add("up/file", Array("changed".utf8))
    let (root, _) = try unpack([lower, upper])[1]
    #expect(try text(root, "x") == "1")
    #expect(try text(root, String(scratch.path.dropFirst()) + "/outside/file") == "changed")
    #expect(String(decoding: try readFile(outside), as: UTF8.self) == "outside")
  }

  @Test("what went into a link of a layer below before that was there is linked to where it belongs")
  func linkThroughLinkBelow() throws {
    var lower = TestTar()
    lower.folder("usr")
    lower.folder("usr/bin")
    lower.add("bin", type: "2", link: "usr/bin")
    var upper = TestTar()
    upper.add("bin/sh", Array("1".utf8))
    upper.add("usr/bin/bash", type: "1", link: "usr/bin/sh")
    let (root, _) = try unpack([lower, upper])[1]
    #expect(try text(root, "usr/bin/bash") == "1")
    #expect(try root.fileNames().map(\.name) == ["usr"])
  }

  @Test("the order in which layers arrive makes no difference", arguments: 0..<64)
  func arrival(_ seed: Int) throws {
    let layers = GeneratedLayers.layers(seed: UInt64(seed))
    var lower: [Descriptor] = []
    for (index, layer) in layers.enumerated() {
      let late = try unpackLate(layer, index == 0 ? nil : lower)
      let root = try folder("\(index)")
      _ = try Self.unpacker(layer, root, index == 0 ? nil : LowerLayers { [lower] in lower }).unpack()
      #expect(try TreeFacts(root, marks: true).facts == TreeFacts(late.root, marks: true).facts)
      lower.insert(root, at: 0)
    }
  }

  @Test("a file replaces a link of its name and is not written through it")
  func linkAtTheEnd() throws {
    var tar = TestTar()
    tar.add("f", type: "2", link: outside)
    tar.add("f", Array("inside".utf8))
    let (root, _) = try unpack([tar])[0]
    #expect(try text(root, "f") == "inside")
    #expect(String(decoding: try readFile(outside), as: UTF8.self) == "outside")
  }

  @Test(
    "names that lead out are refused",
    arguments: [
      ("../x", "0", ""), ("a/../../x", "0", ""), ("..", "5", ""), ("h", "1", "../../etc/passwd"),
      ("h", "1", "/etc/passwd"), ("h", "1", "."), (".wh..", "0", ""), (".wh...", "0", ""), (".wh.", "0", ""),
    ])
  func escapes(_ name: String, _ type: String, _ link: String) {
    var tar = TestTar()
    tar.folder("a")
    tar.add(name, type: Character(type), link: link)
    #expect(throws: Failure.self) { try unpack([tar]) }
  }

  @Test("a device that overlayfs takes for a whiteout is refused")
  func whiteoutDevice() {
    var tar = TestTar()
    tar.add("a", type: "3", major: 0, minor: 0)
    #expect(throws: Failure.self) { try unpack([tar]) }
  }

  @Test("attributes that steer overlayfs or the host's policy are left out, with a warning")
  func attributesFiltered() throws {
    var tar = TestTar()
    tar.add(
      "d", type: "5", mode: 0o755,
      pax: [
        ("SCHILY.xattr.trusted.overlay.opaque", [121]), ("SCHILY.xattr.user.overlay.redirect", [47]),
        ("SCHILY.xattr.security.selinux", [1]), ("SCHILY.xattr.bogus", [1]), ("SCHILY.xattr.user.mine", [1, 2]),
      ])
    let (root, result) = try unpack([tar])[0]
    #expect(try root.attributes(of: "d") == ["user.mine"])
    #expect(try root.attribute("user.mine", of: "d") == [1, 2])
    #expect(result.warnings.count == 4)
  }

  @Test("names that are no UTF-8 are kept byte for byte, and can be removed again")
  func bytes() throws {
    var tar = TestTar()
    tar.add("x", pax: [("path", Array("caf".utf8) + [0xe9, 0x2f, 0xff])])
    let (root, _) = try unpack([tar])[0]
    let names = try root.fileNames().map(\.name)
    #expect(names.map(\.bytes) == [Array("caf".utf8) + [0xe9]])
    try root.removeTree(names[0])
    #expect(try root.fileNames().isEmpty)
  }

  @Test("the later of two members with one name wins")
  func twice() throws {
    var tar = TestTar()
    tar.add("a", Array("one".utf8))
    tar.folder("a")
    tar.add("a/b", Array("two".utf8))
    tar.add("c", Array("three".utf8))
    tar.add("c", Array("four".utf8), mode: 0o600)
    let (root, result) = try unpack([tar])[0]
    #expect(try text(root, "a/b") == "two")
    #expect(try text(root, "c") == "four")
    #expect(try status(root, "c").permissions == 0o600)
    #expect(result.size == 7)
  }

  @Test("a time that nanoseconds cannot count is no crash")
  func farTime() throws {
    var tar = TestTar()
    tar.folder("d")
    tar.add("d/a", seconds: 8_000_000_000)
    tar.add("d/b", type: "1", link: "d/a")
    let (root, _) = try unpack([tar])[0]
    #expect(try status(root, "d/b").links == 2)
  }
}
