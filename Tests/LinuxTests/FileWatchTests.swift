import Glibc
import Testing

@testable import Linux

@Suite struct FileWatchTests {
  @Test("A file that is renamed into a watched folder is noticed once")
  func appears() throws {
    let folder = "/tmp/davit-watch-\(getpid())"
    try makeDirectories(folder)
    defer { try? removeTree(folder) }
    let watch = try FileWatch()
    try watch.add(folder, [.appeared])
    #expect(poll([watch.descriptor], timeout: 0) == nil)
    try writeAtomically(Array("x".utf8), to: "\(folder)/state.json")
    #expect(poll([watch.descriptor], timeout: 1_000_000_000) == 0)
    watch.drain()
    #expect(poll([watch.descriptor], timeout: 0) == nil)
  }
}
