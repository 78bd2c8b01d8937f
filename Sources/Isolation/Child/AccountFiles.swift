import Glibc
import Launch
import Linux

/// /etc/passwd and /etc/group of the image. They are whatever the image made of them: only regular files of a sane
/// size are read, and lines that make no sense are passed over.
struct AccountFiles {
  struct User {
    var name: Substring
    var uid: UInt32
    var gid: UInt32
    var home: Substring
  }

  struct Group {
    var name: Substring
    var gid: UInt32
    var members: [Substring]
  }

  private let passwd: String
  private let group: String

  init(passwd: String, group: String) {
    self.passwd = passwd
    self.group = group
  }

  /// Those of the root file system that this process is in.
  init(root: Descriptor) {
    passwd = AccountFiles.read("/etc/passwd", root)
    group = AccountFiles.read("/etc/group", root)
  }

  /// The first entry for which `matches`.
  func user(where matches: (User) -> Bool) -> User? {
    for line in passwd.split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count >= 4, let uid = UInt32(fields[2]), let gid = UInt32(fields[3]) else { continue }
      let user = User(name: fields[0], uid: uid, gid: gid, home: fields.count > 5 ? fields[5] : "")
      if matches(user) { return user }
    }
    return nil
  }

  func groups(where matches: (Group) -> Bool) -> [Group] {
    var found: [Group] = []
    for line in group.split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count >= 3, let gid = UInt32(fields[2]) else { continue }
      let members = fields.count > 3 ? fields[3].split(separator: ",") : []
      let group = Group(name: fields[0], gid: gid, members: members)
      if matches(group) { found.append(group) }
    }
    return found
  }

  private static func read(_ path: String, _ root: Descriptor) -> String {
    guard let file = try? root.openInRoot(path, [.readOnly, .nonBlocking]), let status = try? file.status(),
      status.kind == .regular, let bytes = try? file.readAll(limit: 8 << 20)
    else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
