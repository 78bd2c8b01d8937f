import Diagnostics
import FoundationEssentials
import Linux
import Testing

@testable import Git

/// A repository with a branch `main` of two commits, a tag `v1` at the first, and a hook that would leave a trace.
private struct Sample {
  let folder = "/tmp/davit-git-\(UUID().uuidString)"

  init() throws {
    let script = """
      set -e; mkdir -p "$1/repo"; cd "$1/repo"; git init -q -b main .
      git config user.name a; git config user.email a@b
      echo one >file; git add .; git commit -qm one; git tag -a -m v1 v1
      echo two >file; git add .; git commit -qm two
      """
    let result = try runProgram(
      ["sh", "-c", script, "sh", folder], environment: ["PATH": "/usr/bin:/bin", "HOME": "/"])
    try #require(result.status == 0, "\(result.complaint)")
  }

  func repository(_ fragment: String) throws -> GitRepository {
    GitRepository(
      try #require(try GitAddress.parse("file://\(folder)/repo\(fragment)")),
      environment: ["PATH": "/usr/bin:/bin", "HOME": folder])
  }

  func remove() { try? removeTree(folder) }
}

@Suite(.enabled(if: (try? FileStatus.of("/usr/bin/git")) != nil, "git is not installed"))
struct GitRepositoryTests {
  @Test("A tag, a branch and a commit are checked out as they were, without git's own folder")
  func checkingOut() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let tag = try sample.repository("#v1")
    let first = try tag.resolve()
    #expect(first.name == "refs/tags/v1")
    let main = try sample.repository("#main").resolve()
    #expect(main.commit != first.commit)
    #expect(try sample.repository("").resolve().commit == main.commit)
    #expect(try sample.repository("#\(first.commit)").resolve() == .init(commit: first.commit))
    let copy = sample.folder + "/copy"
    try tag.checkOut(first, into: copy)
    #expect(try String(decoding: readFile(copy + "/file"), as: UTF8.self) == "one\n")
    #expect((try? FileStatus.of(copy + "/.git")) == nil && (try? FileStatus.of(copy + ".git")) == nil)
  }

  @Test("A branch that is not there is named, and nothing is left behind")
  func missing() throws {
    let sample = try Sample()
    defer { sample.remove() }
    #expect { try sample.repository("#other").resolve() } throws: { ($0 as? Failure)?.code == .notFound }
    let gone = GitRepository.Revision(commit: String(repeating: "a", count: 40))
    #expect(throws: Failure.self) { try sample.repository("").checkOut(gone, into: sample.folder + "/copy") }
    #expect((try? FileStatus.of(sample.folder + "/copy")) == nil)
    #expect((try? FileStatus.of(sample.folder + "/copy.git")) == nil)
  }
}
