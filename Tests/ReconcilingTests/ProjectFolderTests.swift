import Diagnostics
import Glibc
import Linux
import Planning
import Spec
import Synchronization
import Testing

@testable import Reconciling

@Suite struct ProjectFolderTests {
  private func temporary(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/davit-projects-XXXXXX".utf8CString)
    let path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
    defer { try? removeTree(path) }
    try body(path)
  }

  @Test("what was applied is remembered, for its owner only, and an up that changes nothing writes nothing")
  func remembers() throws {
    try temporary { root in
      let reconciler = Reconciler(platform: TestPlatform(), projects: "\(root)/projects")
      _ = try reconciler.up(shop())
      #expect(try ProjectFolder("\(root)/projects", "shop").applied() == shop())
      #expect(try FileStatus.of("\(root)/projects/shop/applied.json").permissions == 0o600)
      #expect(try FileStatus.of("\(root)/projects/shop").permissions == 0o700)
      try removeTree("\(root)/projects")
      #expect(try reconciler.up(shop()).plan.isEmpty)
      #expect(!FileStatus.exists("\(root)/projects"))
    }
  }

  @Test("down goes by what was applied last where only the name is known, and leaves nothing")
  func downByName() throws {
    try temporary { root in
      let platform = TestPlatform()
      let reconciler = Reconciler(platform: platform, projects: root)
      _ = try reconciler.up(shop())
      #expect(try reconciler.down("shop", nil).isComplete)
      let stops = platform.calls.withLock { $0.filter { $0.hasPrefix("stop") } }
      #expect(stops.firstIndex(of: "stop shop-web-1")! < stops.firstIndex(of: "stop shop-db-1")!)
      #expect(try listDirectory(root).isEmpty)
    }
  }

  @Test("a second up waits for the first and says for whom")
  func secondWaits() throws {
    try temporary { root in
      let platform = TestPlatform()
      let told = Mutex<[Int32?]>([])
      let folder = try ProjectFolder(root, "shop")
      let lock = try folder.lock(nil) { _ in }
      let second = try Thread.spawn {
        var execution = Execution()
        execution.blocked = { pid in told.withLock { $0.append(pid) } }
        return try Reconciler(platform: platform, projects: root).up(shop(), UpOptions(), execution)
      }
      while told.withLock({ $0.isEmpty }) { Monotonic.sleep(nanoseconds: 1_000_000) }
      #expect(platform.calls.withLock { $0.isEmpty })
      lock.unlock()
      #expect(try second.join().isComplete)
      #expect(told.withLock { $0 } == [getpid()])
    }
  }

  @Test("waiting for the lock can be interrupted")
  func lockIsInterruptible() throws {
    try temporary { root in
      let folder = try ProjectFolder(root, "shop")
      let lock = try folder.lock(nil) { _ in }
      let cancellation = try Cancellation()
      #expect(throws: Failure.self) {
        _ = try folder.lock(cancellation) { _ in cancellation.cancel() }
      }
      lock.unlock()
    }
  }

  @Test("a project's name cannot lead out of the folder", arguments: ["", "..", ".", "a/b", "../x"])
  func names(_ name: String) {
    #expect(throws: Failure.self) { _ = try ProjectFolder("/tmp", name) }
  }
}
