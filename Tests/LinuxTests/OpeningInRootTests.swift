import Glibc
import Testing

@testable import Linux

/// Both ways of resolving a path inside a root must agree: the kernel's, and the walk of kernels before 5.6.
@Suite struct OpeningInRootTests {
  enum Way: CaseIterable { case kernel, walk }

  private func open(_ root: Descriptor, _ path: String, _ way: Way, _ flags: OpenFlags = .readOnly) throws -> Descriptor
  {
    switch way {
    case .kernel: try root.openInRoot(path, flags)
    case .walk: try root.walkInRoot(path, flags, mode: 0o644, step: "opening")
    }
  }

  private func text(_ root: Descriptor, _ path: String, _ way: Way) throws -> String {
    String(decoding: try open(root, path, way).readAll(), as: UTF8.self)
  }

  private func root() throws -> Scratch {
    let root = try Scratch()
    try makeDirectories(root.path + "/etc/deep")
    try root.write("inside", "etc/passwd")
    try root.link("absolute", "/etc/passwd")
    try root.link("relative", "etc/../etc/passwd")
    try root.link("up", "../../../../../../etc/passwd")
    try root.link("folder", "/etc/deep/..")
    try root.link("loop", "loop")
    try root.link("dangling", "/nowhere/at/all")
    return root
  }

  @Test("Links and .. lead nowhere but into the root", arguments: Way.allCases)
  func links(way: Way) throws {
    let root = try root()
    for path in [
      "absolute", "relative", "up", "folder/passwd", "/etc/passwd", "../../etc/passwd", "etc/./deep/../passwd",
    ] {
      #expect(try text(root.directory, path, way) == "inside", "\(path)")
    }
  }

  @Test("What is not there, no folder, or a loop is said as the kernel says it", arguments: Way.allCases)
  func errors(way: Way) throws {
    let root = try root()
    for (path, expected) in [
      ("nothing", ENOENT), ("dangling", ENOENT), ("etc/passwd/x", ENOTDIR), ("etc/passwd/", ENOTDIR), ("loop", ELOOP),
    ] {
      let error = #expect(throws: SystemError.self, "\(path)") { try open(root.directory, path, way) }
      #expect(error?.errno == expected, "\(path)")
    }
  }

  @Test("A link itself can be looked at", arguments: Way.allCases)
  func linkItself(way: Way) throws {
    let root = try root()
    let link = try open(root.directory, "absolute", way, [.pathOnly, .noFollow])
    #expect(try link.status().kind == .symbolicLink)
    #expect(try link.readLink("") == "/etc/passwd")
  }

  @Test("The root itself can be opened by every name that it has", arguments: Way.allCases)
  func rootItself(way: Way) throws {
    let root = try root()
    let inode = try root.directory.status().inode
    for path in ["/", ".", "..", "/../.", "etc/.."] {
      #expect(try open(root.directory, path, way, .anchor).status().inode == inode, "\(path)")
    }
  }

  @Test("A file is made through a link inside the root", arguments: Way.allCases)
  func creating(way: Way) throws {
    let root = try root()
    try root.link("new", "/etc/made")
    try open(root.directory, "new", way, [.writeOnly, .create]).writeAll("x")
    #expect(try readText(root.path + "/etc/made") == "x")
  }

  @Test("A path below is refused when it leaves, by a link or by ..")
  func beneath() throws {
    let root = try root()
    #expect(throws: SystemError.self) { try root.directory.openBeneath("absolute") }
    #expect(throws: SystemError.self) { try root.directory.openBeneath("../x") }
    _ = try root.directory.openBeneath("relative")
  }

  @Test("Missing places are made where the links say, inside the root")
  func makingPlaces() throws {
    let root = try root()
    _ = try root.directory.createInRoot("/dangling", as: .file)
    #expect(try FileStatus.of(root.path + "/nowhere/at/all").kind == .regular)
    _ = try root.directory.createInRoot("a/b/../c", as: .directory)
    #expect(try FileStatus.of(root.path + "/a/c").kind == .directory)
    try root.link("escape", "../../../davit-test-escaped")
    _ = try root.directory.createInRoot("escape/x", as: .directory)
    #expect(try FileStatus.of(root.path + "/davit-test-escaped/x").kind == .directory)
    #expect(throws: SystemError.self) { try root.directory.createInRoot("etc/passwd/x", as: .file) }
  }
}
