import Diagnostics
import Glibc
import Images
import Linux
import OCI
import Spec
import Synchronization
import Testing

@testable import Engine

let isRoot = geteuid() == 0

/// A machine of its own for a test: empty folders and an image of a few files.
final class TestMachine: Sendable {
  static let image = "test:1"

  let base: String
  let heard = Heard()

  final class Heard: Sendable {
    private let messages = Mutex<[String]>([])
    func add(_ warning: Diagnostics.Warning) { messages.withLock { $0.append(warning.message) } }
    var all: [String] { messages.withLock { $0 } }
  }

  init() throws {
    base = "/tmp/davit-engine-\(getpid())-\(Int.random(in: 0..<1_000_000_000))"
    try makeDirectories(base)
    try Self.makeImage(engine())
  }

  deinit { try? removeTree(base) }

  static func host(_ base: String) -> Host {
    Host(root: "\(base)/root", run: "\(base)/run", cgroupParent: "davit-test", shim: "/nonexistent")
  }

  func engine() -> Engine { Engine(host: Self.host(base)) { [heard] in heard.add($0) } }

  private static func makeImage(_ engine: Engine) throws {
    var tar = TarWriter()
    tar.add(folder: "bin/")
    tar.add(file: "bin/sh", "#!", mode: 0o755)
    tar.add(folder: "data/", mode: 0o750, uid: 123)
    tar.add(file: "data/first", "from the image", mode: 0o640, uid: 123)
    let path = "\(engine.host.root)-image.tar"
    try writeAtomically(tar.finished(), to: path)
    var request = ImportRequest(.path(path), name: try Reference(image))
    request.changes = ["CMD [\"/bin/sh\"]", "VOLUME /data"]
    _ = try engine.images.importRootFileSystem(request)
  }

  /// Folders that an object would have left behind.
  func entries(_ folder: String) -> [String] { (try? listDirectory("\(base)/root/\(folder)")) ?? [] }
}

func spec(_ name: String) -> ContainerSpec { ContainerSpec(name: name, image: TestMachine.image) }

/// As much of ustar as an image of a few files needs.
struct TarWriter {
  private var bytes: [UInt8] = []

  mutating func add(folder name: String, mode: Int = 0o755, uid: Int = 0) {
    add(name, type: "5", content: [], mode, uid)
  }

  mutating func add(file name: String, _ text: String, mode: Int = 0o644, uid: Int = 0) {
    add(name, type: "0", content: Array(text.utf8), mode, uid)
  }

  func finished() -> [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

  private mutating func add(_ name: String, type: Character, content: [UInt8], _ mode: Int, _ uid: Int) {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at offset: Int) {
      header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
    }
    func octal(_ value: Int, _ digits: Int) -> String {
      let text = String(value, radix: 8)
      return String(repeating: "0", count: digits - text.count) + text
    }
    put(name, at: 0)
    put(octal(mode, 7), at: 100)
    put(octal(uid, 7), at: 108)
    put(octal(0, 7), at: 116)
    put(octal(content.count, 11), at: 124)
    put(octal(0, 11), at: 136)
    put("        ", at: 148)
    put(String(type), at: 156)
    put("ustar\u{0}00", at: 257)
    put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
    bytes += header + content
    bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }
}
