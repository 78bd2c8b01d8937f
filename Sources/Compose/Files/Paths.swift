/// Path arithmetic on text alone, as the compose specification's reference loader does it.
enum Paths {
  static func isAbsolute(_ path: String) -> Bool { path.utf8.first == UInt8(ascii: "/") }

  /// Removes `.`, empty and `..` parts. An empty path is `.`.
  static func clean(_ path: String) -> String {
    let absolute = isAbsolute(path)
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part != ".." || !absolute {
        parts.append(part)
      }
    }
    let joined = parts.joined(separator: "/")
    return absolute ? "/" + joined : joined.isEmpty ? "." : joined
  }

  static func join(_ directory: String, _ path: String) -> String {
    if directory.isEmpty { return path.isEmpty ? "" : clean(path) }
    return clean(directory + "/" + path)
  }

  /// The path itself where it is absolute, else joined to the directory.
  static func resolve(_ path: String, in directory: String) -> String {
    isAbsolute(path) ? clean(path) : join(directory, path)
  }

  static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return clean(String(path[...slash]))
  }

  static func base(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? (path.isEmpty ? "." : "/")
  }

  /// The way from one absolute directory to another path.
  static func relative(_ path: String, to directory: String) -> String {
    let from = clean(directory).split(separator: "/")
    let to = clean(path).split(separator: "/")
    let common = zip(from, to).prefix { $0 == $1 }.count
    let way = Array(repeating: "..", count: from.count - common) + to.dropFirst(common).map(String.init)
    return way.isEmpty ? "." : way.joined(separator: "/")
  }

  /// An absolute path as a person in a directory would name it: relative to it where that is shorter.
  static func shown(_ path: String, from directory: String) -> String {
    if path == "-" { return "<stdin>" }
    let relative = relative(path, to: directory)
    return relative.utf8.count < path.utf8.count && !relative.hasPrefix("../../") ? relative : path
  }

  /// `C:\…` and `\\server\…`: absolute on a machine that may be the one that runs the containers.
  static func isWindowsAbsolute(_ path: String) -> Bool {
    let bytes = Array(path.utf8.prefix(3))
    if path.hasPrefix("\\\\") {
      // Server, share, and something below it.
      return path.dropFirst(2).split(separator: "\\", omittingEmptySubsequences: false).prefix(3).filter { !$0.isEmpty }
        .count == 3
    }
    guard bytes.count == 3, bytes[1] == UInt8(ascii: ":"),
      bytes[2] == UInt8(ascii: "\\") || bytes[2] == UInt8(ascii: "/")
    else { return false }
    return (bytes[0] | 0x20) >= UInt8(ascii: "a") && (bytes[0] | 0x20) <= UInt8(ascii: "z")
  }
}
