import Diagnostics
import Linux

/// A place in a git repository: `https://host/team/repo.git#v1:deploy`, `git@host:team/repo.git`, `github.com/team/repo`.
/// The forms are those that BuildKit and docker compose take; `file://` is a repository on this machine.
public struct GitAddress: Hashable, Sendable {
  /// As git takes it.
  public var url: String
  /// A branch, a tag or a commit; nil: what the repository's HEAD is.
  public var reference: String?
  /// Below the top of the repository, without slashes at its ends; empty: the top.
  public var directory: String

  /// Reads what a person wrote; nil where it is no address of a repository.
  /// - Throws: where it is one that must not be followed: a name that git would take for an option, a directory that
  ///   leads out of the repository.
  public static func parse(_ text: String) throws(Failure) -> GitAddress? {
    let hash = text.firstIndex(of: "#")
    let place = String(text[..<(hash ?? text.endIndex)])
    guard let url = url(place) else { return nil }
    let fragment = hash.map { text[text.index(after: $0)...] } ?? ""
    let colon = fragment.firstIndex(of: ":")
    let reference = String(fragment[..<(colon ?? fragment.endIndex)])
    let directory = colon.map { String(fragment[fragment.index(after: $0)...]) } ?? ""
    guard !url.hasPrefix("-"), !reference.hasPrefix("-") else {
      throw Failure(.invalidInput, "what git would take for an option is no name", subject: text)
    }
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
      throw Failure(.invalidInput, "spaces and control characters have no place in an address", subject: text)
    }
    let parts = directory.split(separator: "/")
    guard !directory.hasPrefix("/"), !parts.contains("..") else {
      throw Failure(
        .invalidInput, "the directory `\(directory)` leads out of the repository", subject: text,
        hint: "name one below its top: `#main:deploy`")
    }
    return GitAddress(
      url: url, reference: reference.isEmpty ? nil : reference,
      directory: parts.filter { $0 != "." }.joined(separator: "/"))
  }

  /// Reads the address of what is known to be a repository: any web address and a folder of this machine, too.
  /// - Parameter directory: what a relative path starts from.
  public static func repository(_ text: String, from directory: String) throws(Failure) -> GitAddress {
    if let address = try parse(text) { return address }
    let hash = text.firstIndex(of: "#") ?? text.endIndex
    let (place, rest) = (String(text[..<hash]), String(text[hash...]))
    if place.hasPrefix("http://") || place.hasPrefix("https://"), var address = try parse("\(place).git\(rest)") {
      address.url = place
      return address
    }
    let path = place.hasPrefix("/") ? place : "\(directory)/\(place)"
    if (try? FileStatus.of(path))?.kind == .directory, let address = try parse("file://\(path)\(rest)") {
      return address
    }
    throw Failure(
      .invalidInput, "it is no address of a git repository", subject: text,
      hint: "write https://host/repository.git, git@host:repository.git, ssh://, file:// or a folder")
  }

  private static func url(_ place: String) -> String? {
    for scheme in ["git://", "ssh://", "file://"] where place.hasPrefix(scheme) { return place }
    for scheme in ["https://", "http://"] where place.hasPrefix(scheme) {
      // Anything may lie behind a web address; a repository says that it is one.
      return place.hasSuffix(".git") ? place : nil
    }
    if place.hasPrefix("github.com/") { return "https://" + place }
    return isShort(place) ? place : nil
  }

  /// `user@host:path`, as ssh and scp write it.
  private static func isShort(_ place: String) -> Bool {
    guard let at = place.firstIndex(of: "@"), let colon = place[at...].firstIndex(of: ":") else { return false }
    let user = place[..<at]
    let host = place[place.index(after: at)..<colon]
    func isName(_ name: Substring) -> Bool {
      !name.isEmpty && !name.hasPrefix("-")
        && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }
    return isName(user) && isName(host) && place.index(after: colon) < place.endIndex
  }
}
