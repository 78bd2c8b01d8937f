import Glibc
import Linux
import Testing

@Suite struct FileTests {
  @Test("A file is replaced as a whole, and nothing else is left in its folder")
  func atomically() throws {
    let scratch = try Scratch()
    try scratch.write("one", "file")
    try writeAtomically("two".utf8, to: scratch.path + "/file", mode: 0o600, durable: true)
    #expect(try readText(scratch.path + "/file") == "two")
    #expect(try FileStatus.of(scratch.path + "/file").permissions == 0o600)
    #expect(try listDirectory(scratch.path) == ["file"])
  }

  @Test("A file that cannot be written leaves the old one as it was")
  func failedWrite() throws {
    let scratch = try Scratch()
    try makeDirectories(scratch.path + "/file/inner")
    #expect(throws: SystemError.self) { try writeAtomically("x".utf8, to: scratch.path + "/file") }
    #expect(try listDirectory(scratch.path) == ["file"])
  }

  @Test("Removing a tree follows no link out of it")
  func removing() throws {
    let scratch = try Scratch()
    try makeDirectories(scratch.path + "/keep")
    try scratch.write("x", "keep/file")
    try makeDirectories(scratch.path + "/tree/a/b/c")
    _ = try Descriptor.open(scratch.path + "/tree/a", .anchor).makeSymbolicLink("out", saying: scratch.path + "/keep")
    try removeTree(scratch.path + "/tree")
    #expect(try listDirectory(scratch.path) == ["keep"])
    #expect(try listDirectory(scratch.path + "/keep") == ["file"])
    try removeTree(scratch.path + "/tree")
  }

  @Test("A folder of thousands of names is listed whole")
  func listing() throws {
    let scratch = try Scratch()
    for index in 0..<3000 { _ = try scratch.directory.makeSymbolicLink("name-\(index)", saying: "x") }
    #expect(try scratch.directory.entries().count == 3000)
    #expect(try scratch.directory.entries().allSatisfy { $0.kind == .symbolicLink })
  }

  @Test("A lock is held by one at a time, and free again when its holder is gone")
  func locks() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/lock"
    var first: FileLock? = try FileLock(path)
    #expect(try FileLock(trying: path) == nil)
    #expect(first != nil)
    first = nil
    #expect(try FileLock(trying: path) != nil)
    let shared = try FileLock(path, .shared)
    #expect(try FileLock(trying: path, .shared) != nil)
    #expect(try FileLock(trying: path, .exclusive) == nil)
    shared.unlock()
  }

  @Test("An error says what was done to which object and why")
  func errors() {
    let error = #expect(throws: SystemError.self) { try Descriptor.open("/nonexistent/file") }
    #expect(error?.description == "opening /nonexistent/file: No such file or directory")
    #expect(error?.failure.code == .notFound)
    #expect(error?.failure.description == "opening /nonexistent/file: No such file or directory")
  }

  @Test("A memory file can be read by who gets it, and changed by nobody")
  func memoryFile() throws {
    let file = try Descriptor.memoryFile("test", Array("bytes".utf8), isSealed: true)
    #expect(try file.readAll() == Array("bytes".utf8))
    #expect(throws: SystemError.self) { try file.writeAll("x") }
  }

  @Test("A setting is written to a file that is there, and never makes one")
  func existing() throws {
    let scratch = try Scratch()
    #expect(throws: SystemError.self) { try writeExisting("x", to: scratch.path + "/none") }
    #expect(try listDirectory(scratch.path).isEmpty)
  }
}
