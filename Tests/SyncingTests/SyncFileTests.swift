import Diagnostics
import Testing

@testable import Syncing

@Suite struct SyncFileTests {
  private func read(_ text: String, folder: String = "deploy") throws -> SyncFile {
    try SyncFile(parsing: Array(text.utf8), name: "deploy/davit-sync.yaml", folder: folder)
  }

  @Test("Machines get their projects with their values; what stands later and closer wins")
  func hosts() throws {
    let file = try read(
      """
      projects:
        shop:
          values: {LEVEL: info, TAG: 1}
          files: [compose.yaml, ../common/more.yaml]
          profiles: web
          hosts: ["web-*", db]
        mail: {path: ../mail/compose.yaml, locked: true}
      hosts:
        "web-*": {values: {LEVEL: debug}}
        web-1:
          values: {ZONE: a}
          projects: {shop: {values: {TAG: 2}}}
      """)
    let first = file.projects(on: "web-1")
    #expect(first.map(\.name) == ["shop", "mail"])
    #expect(first[0].values == ["LEVEL": "debug", "TAG": "2", "ZONE": "a"])
    #expect(
      first[0].path == "deploy/shop" && first[0].files == ["deploy/shop/compose.yaml", "deploy/common/more.yaml"])
    #expect(first[0].profiles == ["web"] && !first[0].isLocked)
    #expect(
      first[1].path == "mail/compose.yaml" && first[1].isLocked && first[1].values == ["LEVEL": "debug", "ZONE": "a"])
    #expect(file.projects(on: "web-2")[0].values == ["LEVEL": "debug", "TAG": "1"])
    #expect(file.projects(on: "db")[0].values == ["LEVEL": "info", "TAG": "1"])
    #expect(file.projects(on: "other").map(\.name) == ["mail"])
  }

  @Test(
    "What is wrong in davit-sync.yaml is said with file, line and column, all of it at once",
    arguments: [
      ("projects:\n  shop: {pth: x}\n", ["deploy/davit-sync.yaml:2:10: `pth` is not known here"]),
      (
        "projects:\n  Shop: {}\n  a: {path: /etc}\n",
        [":2:3: `Shop` is no name of a project", ":3:13: `/etc` is no path"]
      ),
      ("projects:\n  a: {path: ../../x}\n", [":2:13: `../../x` leads out of the repository"]),
      ("projects: []\n", [":1:11: a mapping is expected, not a list"]),
      ("project: {}\n", ["there are no `projects`"]), ("", ["the file is empty"]),
      ("version: 2\nprojects: {a: {}}\n", [":1:10: the only version of this file is 1"]),
      ("projects: {a: {values: {X: [1]}}}\n", [":1:28: a text is expected, not a list"]),
      ("projects: {a: {}}\nhosts: {h: {projects: {b: {}}}}\n", [":2:24: there is no project `b`"]),
      ("projects: {a: {}\n", ["deploy/davit-sync.yaml:"]),
    ])
  func places(text: String, expected: [String]) {
    do {
      _ = try read(text)
      Issue.record("accepted: \(text)")
    } catch { for words in expected { #expect("\(error)".contains(words), "\(error)") } }
  }

  @Test("Patterns of machines know any number of characters and single ones")
  func patterns() {
    for (pattern, name, expected) in [
      ("*", "", true), ("web-*", "web-", true), ("web-*", "we", false), ("*-1", "web-11", false),
      ("*-1", "w-1-1", true),
      ("a?c", "abc", true), ("a?c", "ac", false), ("a*b*c", "aXbYbZc", true), ("abc", "abc", true),
      ("abc", "abcd", false),
    ] {
      #expect(HostPattern(pattern).matches(name) == expected, "\(pattern) \(name)")
    }
  }
}
