import Diagnostics

extension Reference {
  /// Docker's rule for what stands before the first slash: a registry has a dot, a port, is localhost, or is not
  /// lower-case, which a repository could not be.
  public static func looksLikeDomain(_ text: Substring) -> Bool {
    text.contains(".") || text.contains(":") || text == "localhost" || text.lowercased() != text
  }

  /// The grammar: text cut into checked parts.
  struct Parts {
    var domain: String
    var path: String
    var tag: String?
    var digest: Digest?

    init(_ text: String) throws(Failure) {
      func wrong(_ message: String, hint: String? = nil) -> Failure {
        Failure(.invalidInput, "invalid reference format: \(message)", subject: "image \(text)", hint: hint)
      }
      if text.isEmpty { throw Failure(.invalidInput, "invalid reference format: the image name is empty") }
      for scheme in ["https://", "http://", "docker://", "oci:"] where text.hasPrefix(scheme) {
        throw wrong("a name has no \(scheme) in front", hint: "write \(text.dropFirst(scheme.count))")
      }
      if let odd = text.unicodeScalars.first(where: { !$0.isASCII || $0.value <= 32 || $0.value == 127 }) {
        throw wrong("character U+\(String(odd.value, radix: 16, uppercase: true)) is not allowed")
      }
      if text.utf8.count == 64, text.utf8.allSatisfy(Digest.isLowerHex) {
        throw wrong("64 hexadecimal digits are an image id and cannot be a name")
      }

      var rest = text[...]
      if let at = rest.firstIndex(of: "@") {
        do {
          digest = try Digest(String(rest[rest.index(after: at)...]))
        } catch {
          throw wrong("after @: \(error.message)")
        }
        rest = rest[..<at]
      }
      if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/"), !rest[colon...].contains("]") {
        let tag = String(rest[rest.index(after: colon)...])
        if tag.isEmpty { throw wrong("nothing follows the colon, a tag was expected") }
        guard tag.utf8.count <= 128 else { throw wrong("a tag has at most 128 characters") }
        guard Self.isTag(tag) else {
          throw wrong("tag \(tag) may hold letters, digits, _, . and -, and not begin with . or -")
        }
        self.tag = tag
        rest = rest[..<colon]
      }
      if rest.isEmpty { throw wrong("the name in front of the tag or digest is missing") }

      domain = Reference.defaultDomain
      if let slash = rest.firstIndex(of: "/"), Reference.looksLikeDomain(rest[..<slash]) {
        domain = String(rest[..<slash])
        rest = rest[rest.index(after: slash)...]
        guard Self.isDomain(domain) else { throw wrong("\(domain) is not a host name with an optional port") }
        if domain == "index.docker.io" { domain = Reference.defaultDomain }
      }
      if domain == Reference.defaultDomain, !rest.contains("/") { rest = "library/" + rest }
      path = String(rest)
      if path.utf8.contains(where: { (65...90).contains($0) }) {
        throw wrong("repository name (\(path)) must be lowercase", hint: "write \(text.lowercased())")
      }
      for component in path.split(separator: "/", omittingEmptySubsequences: false) where !Self.isComponent(component) {
        throw wrong(
          component.isEmpty
            ? "the name has an empty part between slashes"
            : "\(component) may hold lower-case letters and digits, with single . or _, __ or dashes between them")
      }
      guard domain.utf8.count + 1 + path.utf8.count <= 255 else { throw wrong("a name has at most 255 characters") }
    }

    private static func isDomain(_ text: String) -> Bool {
      var host = text[...]
      if host.hasPrefix("[") {
        guard let end = host.firstIndex(of: "]") else { return false }
        let inside = host[host.index(after: host.startIndex)..<end]
        let after = host[host.index(after: end)...]
        return inside.contains(":") && inside.utf8.allSatisfy { isHex($0) || $0 == UInt8(ascii: ":") }
          && (after.isEmpty || after.hasPrefix(":") && isPort(after.dropFirst()))
      }
      if let colon = host.firstIndex(of: ":") {
        guard isPort(host[host.index(after: colon)...]) else { return false }
        host = host[..<colon]
      }
      return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
        !label.isEmpty && label.first != "-" && label.last != "-"
          && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
      }
    }

    private static func isPort(_ text: Substring) -> Bool {
      !text.isEmpty && text.utf8.count <= 5 && text.utf8.allSatisfy(isDigit)
    }

    private static func isTag(_ text: String) -> Bool {
      let first = text.utf8.first!
      return (isLetterOrDigit(first) || first == UInt8(ascii: "_"))
        && text.utf8.allSatisfy { isLetterOrDigit($0) || "_.-".utf8.contains($0) }
    }

    /// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
    private static func isComponent(_ text: Substring) -> Bool {
      let bytes = Array(text.utf8)
      guard let first = bytes.first, let last = bytes.last, isLowerOrDigit(first), isLowerOrDigit(last) else {
        return false
      }
      var place = 0
      while place < bytes.count {
        if isLowerOrDigit(bytes[place]) {
          place += 1
          continue
        }
        let start = place
        while place < bytes.count, !isLowerOrDigit(bytes[place]) { place += 1 }
        let separator = bytes[start..<place]
        let dashes = separator.allSatisfy { $0 == UInt8(ascii: "-") }
        guard
          dashes || separator.elementsEqual(".".utf8) || separator.elementsEqual("_".utf8)
            || separator.elementsEqual("__".utf8)
        else { return false }
      }
      return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func isLowerOrDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (97...122).contains(byte) }
    private static func isLetterOrDigit(_ byte: UInt8) -> Bool { isLowerOrDigit(byte) || (65...90).contains(byte) }
    private static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (97...102).contains(byte | 0x20) }
  }
}
