import Diagnostics
import Linux

/// The users and groups that an image knows.
struct Accounts {
  let root: Descriptor

  /// `user`, `user:group`, by name or number. Without a group it is the user's main one; of a number alone, the same number.
  func resolve(_ text: String) throws -> (uid: UInt32, gid: UInt32) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var uid: UInt32 = 0
    var gid: UInt32 = 0
    if let number = UInt32(parts[0]) {
      (uid, gid) = (number, number)
    } else {
      guard let user = try lines("passwd").first(where: { $0[0] == parts[0] }), user.count > 3,
        let number = UInt32(user[2]), let main = UInt32(user[3])
      else { throw Failure(.notFound, "the image knows no user \"\(parts[0])\"", subject: "--chown=\(text)") }
      (uid, gid) = (number, main)
    }
    if parts.count == 2, !parts[1].isEmpty {
      if let number = UInt32(parts[1]) { return (uid, number) }
      guard let group = try lines("group").first(where: { $0[0] == parts[1] }), group.count > 2,
        let number = UInt32(group[2])
      else { throw Failure(.notFound, "the image knows no group \"\(parts[1])\"", subject: "--chown=\(text)") }
      gid = number
    }
    return (uid, gid)
  }

  private func lines(_ file: String) throws -> [[String]] {
    guard let opened = try? root.openInRoot("/etc/\(file)") else { return [] }
    return String(decoding: try opened.readAll(limit: 16 << 20), as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    }
  }
}
