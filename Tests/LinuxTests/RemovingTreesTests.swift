import Testing

@testable import Linux

@Suite("Trees are removed")
struct RemovingTreesTests {
  @Test("Whether files go fast or slowly, nothing is left, and no link is followed", arguments: [Int64.max, -1])
  func large(limit: Int64) throws {
    let folder = "/tmp/davit-removing-\(UInt64.random(in: 0 ... .max))"
    try makeDirectories(folder)
    defer { try? removeTree(folder) }
    try writeAtomically([1], to: "\(folder)/kept")
    for i in 0..<40 {
      try makeDirectories("\(folder)/tree/d\(i)/inner/empty")
      for j in 0..<(i == 0 ? 200 : 3) { try writeAtomically([1], to: "\(folder)/tree/d\(i)/inner/f\(j)") }
      try Descriptor.open("\(folder)/tree/d\(i)", .anchor).makeSymbolicLink("link", to: Array("\(folder)".utf8))
    }
    try Descriptor.open(folder, .anchor).removeTree(FileName("tree"), slowBeyond: limit)
    #expect(try listDirectory(folder) == ["kept"])
  }
}
