import Glibc
import Linux
import OCI
import Testing

@testable import Images

/// Why trees cannot be compared here, or `nil`.
private let obstacle: String? =
  !isRoot ? "owners and devices need root" : access("/usr/bin/umoci", X_OK) == 0 ? nil : "umoci is not installed"

@Suite("Trees next to umoci's", .enabled(if: obstacle == nil, Comment(rawValue: obstacle ?? "")))
struct UmociTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Unpacks an image of these layers with both, and gives what each made of it.
  private func both(_ layers: [[UInt8]]) throws -> (own: [String: String], umoci: [String: String]?) {
    var image = TestImage(layers: layers)
    image.name = "test"
    let layout = try scratch.write(image.layout { (.layerGzip, Pack.gzip($0)) }, in: "layout")
    defer { for name in ["layout", "root", "bundle"] { try? removeTree("\(scratch.path)/\(name)") } }
    let store = ImageStore(root: "\(scratch.path)/root")
    _ = try store.load(LoadRequest(.path(layout)))
    let places = try store.layers(of: store.resolve("test"))
    let tree =
      try places.count == 1 ? Descriptor.open(places[0], .anchor) : .overlay(places, changes: nil, place: places[0])
    let status = system("umoci unpack --image \(layout):test \(scratch.path)/bundle >/dev/null 2>&1")
    let other = try status == 0 ? Descriptor.open("\(scratch.path)/bundle/rootfs", .anchor) : nil
    return (try TreeFacts(tree).facts, try other.map { try TreeFacts($0).facts })
  }

  @Test("every tree of generated layers is the same", arguments: [0, 1, 2, 3])
  func generated(_ part: UInt64) throws {
    for seed in 0..<16 {
      let (own, umoci) = try both(GeneratedLayers.layers(seed: part * 1000 + UInt64(seed)))
      let theirs = try #require(umoci, "umoci refused the image of seed \(part * 1000 + UInt64(seed))")
      for path in Set(own.keys).union(theirs.keys).sorted() where own[path] != theirs[path] {
        Issue.record(
          Comment(
            rawValue:
              "seed \(part * 1000 + UInt64(seed)): \(path): \(own[path] ?? "-") but umoci \(theirs[path] ?? "-")"))
      }
    }
  }

  @Test("what tries to get out does not, and nothing of the host changes")
  func malicious() throws {
    let canary = try scratch.write(Array("tweet".utf8), "canary")
    let up = String(repeating: "../", count: 12)
    let outside = String(canary.dropFirst())
    func layer(_ make: (inout TestTar) -> Void) -> [UInt8] {
      var tar = TestTar()
      make(&tar)
      return tar.finished
    }
    let evil: [[[UInt8]]] = [
      [layer { $0.add(up + outside, [1]) }],
      [layer { $0.add("/" + outside, [1]) }],
      [
        layer { tar in
          tar.add("x", type: "2", link: "/" + outside)
          tar.add("x", [1])
        }
      ],
      [
        layer { $0.add("d", type: "2", link: up + String(splitPath(outside).folder)) },
        layer { $0.add("d/canary", [1]) },
      ],
      [
        layer { $0.add("d", type: "2", link: "/" + String(splitPath(outside).folder)) },
        layer { $0.add("d/.wh.canary") },
      ],
      [layer { $0.add("h", type: "1", link: up + outside) }],
      [
        layer { tar in
          tar.add("l", type: "2", link: "/" + outside)
          tar.add("h", type: "1", link: "l")
        }
      ],
      [layer { $0.add(".wh...") }],
      [layer { $0.add("d/.wh...") }],
    ]
    for (number, layers) in evil.enumerated() {
      // Refused or contained.
      _ = try? both(layers)
      #expect(String(decoding: try readFile(canary), as: UTF8.self) == "tweet", "layer \(number)")
      #expect(try FileStatus.of(canary).links == 1, "layer \(number)")
    }
  }
}
