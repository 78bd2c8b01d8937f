/// Compose files that lie in a repository or a registry.
enum RemoteReference {
  static func isRemote(_ path: String) -> Bool {
    if path.hasPrefix("oci://") || path.hasPrefix("git@") || path.hasPrefix("git://") || path.hasPrefix("ssh://") {
      return true
    }
    return path.hasPrefix("http://") || path.hasPrefix("https://") || path.hasPrefix("github.com/")
  }

  static func message(_ path: String) -> String { "`\(path)` is a remote compose file, which Davit does not fetch" }
  static let hint = "fetch it first, and name the local copy"
}
