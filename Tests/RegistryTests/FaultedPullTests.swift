import Diagnostics
import Glibc
import Linux
import OCI
import Synchronization
import Testing

@testable import Images
@testable import Registry

@Suite("A pull that fails leaves nothing", .enabled(if: geteuid() == 0, "unpacking sets owners, which needs root"))
struct FaultedPullTests {
  private let scratch: Scratch
  private let image = OneLayerImage(layerSize: 300 << 10)

  init() throws { scratch = try Scratch() }

  /// Everything of the store but its locks, its marker and its empty folders.
  private func content() throws -> [String] {
    func files(_ folder: String) throws -> [String] {
      guard let entries = try? Descriptor.open(folder, .anchor).entries() else { return [] }
      return try entries.flatMap { entry in
        entry.kind == .directory ? try files("\(folder)/\(entry.name)") : ["\(folder)/\(entry.name)"]
      }
    }
    return try files("\(scratch.path)/root").filter { !$0.hasSuffix(".lock") && !$0.hasSuffix("oci-layout") }
  }

  private final class Counter: Sendable {
    private let value = Atomic<Int>(0)
    func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
  }

  @Test("a failure at any write or rename leaves the store as it was, and the next pull has everything")
  func everyStep() throws {
    let (image, root) = (image, "\(scratch.path)/root")
    let server = try RecordingServer { image.answer($0) }
    let reference = try Reference("\(server.host)/app:1")
    var failures = 0
    for number in 0..<100 {
      let reached = Counter()
      var layout = StoreLayout(root: root)
      layout.failpoint = { step in
        if reached.next() == number { throw SystemError("at the step \(step)", errno: ENOSPC) }
      }
      do {
        _ = try ImageStore(layout).pull(PullRequest(reference, from: Registries(scratch.settings).source(reference)))
        break
      } catch {
        failures += 1
        #expect("\(error)".contains("No space left on device\n  hint: nothing was kept"))
        #expect(try content() == [], "step \(number)")
      }
    }
    #expect(failures >= 8)
    let store = ImageStore(root: root)
    #expect(try store.resolve(reference.description).id == .sha256(of: image.config))
    #expect(try store.verify().damage.isEmpty)
  }

  @Test("whatever step a power cut comes at, there is the image or nothing, and the next pull has everything")
  func powerCuts() throws {
    let (image, root) = (image, "\(scratch.path)/root")
    let server = try RecordingServer { image.answer($0) }
    let reference = try Reference("\(server.host)/app:1")
    // What is on the disk at each step is what a machine without power would find.
    let cuts = Mutex(0)
    var layout = StoreLayout(root: root)
    layout.failpoint = { _ in
      try cuts.withLock { number in
        guard system("cp -a \(root) \(root)-\(number) 2>/dev/null") == 0 else {
          throw SystemError("copying", errno: EIO)
        }
        number += 1
      }
    }
    _ = try ImageStore(layout).pull(PullRequest(reference, from: Registries(scratch.settings).source(reference)))
    let count = cuts.withLock { $0 }
    #expect(count >= 8)
    for number in 0..<count {
      let store = ImageStore(root: "\(root)-\(number)")
      #expect(throws: Failure.self, "step \(number)") { try store.resolve(reference.description) }
      #expect(try store.verify().damage.isEmpty)
      _ = try store.pull(PullRequest(reference, from: Registries(scratch.settings).source(reference)))
      #expect(try store.resolve(reference.description).id == .sha256(of: image.config), "step \(number)")
      #expect(try listDirectory("\(root)-\(number)/staging").isEmpty)
      #expect(try store.prune(all: true) { [] }.reclaimed > 0)
      #expect(try listDirectory("\(root)-\(number)/content/blobs/sha256").isEmpty)
    }
  }
}
