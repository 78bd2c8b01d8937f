import Launch

/// Whom a program runs as: `user` of an image or a compose file, resolved as Docker does.
struct Account: Hashable {
  var uid: UInt32 = 0
  var gid: UInt32 = 0
  /// Supplementary groups, the main one first.
  var groups: [UInt32] = []
  var home = "/"

  /// - Parameters:
  ///   - text: `name`, `uid`, `name:group`, `uid:gid`; empty: user 0.
  ///   - further: names or numbers of supplementary groups (`group_add`).
  static func resolve(_ text: String, groups further: [String], in files: AccountFiles) throws(LaunchFailure)
    -> Account
  {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let wantedUser = parts.first ?? ""
    let wantedGroup = parts.count > 1 ? parts[1] : ""
    var account = Account()

    let number = UInt32(wantedUser)
    let entry = files.user { wantedUser.isEmpty ? $0.uid == 0 : $0.name == wantedUser || $0.uid == number }
    if let entry {
      account.uid = entry.uid
      account.gid = entry.gid
      if !entry.home.isEmpty { account.home = String(entry.home) }
    } else if let number, number <= UInt32(Int32.max) {
      account.uid = number
    } else if !wantedUser.isEmpty {
      throw LaunchFailure(step: "unable to find user \(wantedUser): no matching entries in passwd file")
    }

    if !wantedGroup.isEmpty {
      account.gid = try files.gid(of: wantedGroup)
    } else if let entry {
      // An explicit group takes the place of those that the user is a member of.
      account.groups = files.groups { $0.members.contains(entry.name) }.map(\.gid)
    }
    // The main group is among them, so that giving it up is not a way around what it is denied (CVE-2022-36109).
    account.groups.insert(account.gid, at: 0)
    for group in further { account.groups.append(try files.gid(of: group[...])) }
    var seen: Set<UInt32> = []
    account.groups.removeAll { !seen.insert($0).inserted }
    return account
  }
}

extension AccountFiles {
  fileprivate func gid(of text: Substring) throws(LaunchFailure) -> UInt32 {
    let number = UInt32(text)
    if let found = groups(where: { $0.name == text || $0.gid == number }).first { return found.gid }
    guard let number, number <= UInt32(Int32.max) else {
      throw LaunchFailure(step: "unable to find group \(text): no matching entries in group file")
    }
    return number
  }
}
