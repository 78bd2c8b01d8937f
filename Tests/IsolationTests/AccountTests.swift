import Launch
import Testing

@testable import Isolation

@Suite struct AccountTests {
  private let files = AccountFiles(
    passwd: """
      root:x:0:0:root:/root:/bin/sh
      # nothing
      broken:x:abc
      app:x:1000:1001::/srv/app:/bin/sh
      1002:x:7:7::/home/odd:/bin/sh
      """,
    group: """
      root:x:0:
      staff:x:50:app,other
      app:x:1001:
      audio:x:63:app
      """)

  private func resolve(_ text: String, _ groups: [String] = []) throws -> Account {
    try Account.resolve(text, groups: groups, in: files)
  }

  @Test("No user means root, with root's home")
  func empty() throws { #expect(try resolve("") == Account(uid: 0, gid: 0, groups: [0], home: "/root")) }

  @Test("A name brings its group, its home and the groups that it is a member of, its main one first")
  func name() throws {
    #expect(try resolve("app") == Account(uid: 1000, gid: 1001, groups: [1001, 50, 63], home: "/srv/app"))
  }

  @Test("A number that has an entry is the same as its name")
  func numberWithEntry() throws { #expect(try resolve("1000") == resolve("app")) }

  @Test("A number without an entry is taken as it is, in group 0, at home in /")
  func numberWithoutEntry() throws {
    #expect(try resolve("4000") == Account(uid: 4000, gid: 0, groups: [0], home: "/"))
  }

  @Test("A name that looks like a number is found as a name first")
  func numericName() throws { #expect(try resolve("1002").uid == 7) }

  @Test("An explicit group takes the place of all others")
  func explicitGroup() throws {
    #expect(try resolve("app:staff") == Account(uid: 1000, gid: 50, groups: [50], home: "/srv/app"))
    #expect(try resolve("app:77").gid == 77)
    #expect(try resolve(":staff") == Account(uid: 0, gid: 50, groups: [50], home: "/root"))
  }

  @Test("group_add adds names and numbers, each once")
  func furtherGroups() throws { #expect(try resolve("app", ["audio", "999", "staff"]).groups == [1001, 50, 63, 999]) }

  @Test("A name that the image does not have is said to be missing, as Docker says it")
  func missing() {
    #expect(throws: LaunchFailure(step: "unable to find user ghost: no matching entries in passwd file")) {
      try resolve("ghost")
    }
    #expect(throws: LaunchFailure(step: "unable to find group ghosts: no matching entries in group file")) {
      try resolve("app:ghosts")
    }
  }
}
