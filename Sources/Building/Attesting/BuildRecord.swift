import Diagnostics
import Linux
import OCI

/// What went on in a build, for those who want to know afterwards how an image came about.
public struct BuildRecord: Sendable {
  /// Something from elsewhere that went in.
  struct Material: Hashable, Sendable {
    /// A package URL of an image, or an address.
    var address: String
    /// By algorithm, in hexadecimal digits.
    var digests: [String: String]
  }

  var started = Timestamp.now()
  var finished = Timestamp.now()
  var materials: Set<Material> = []
  /// With keys, in the order in which they began.
  var steps: [(title: String, key: Digest)] = []
}

extension BuildRecord.Material {
  /// - Parameter name: as the Dockerfile says it.
  init(image name: String, _ platform: Platform, _ manifest: Digest) {
    self.init(
      address: PackageAddress.image(name, platform), digests: [manifest.algorithm.rawValue: manifest.hex])
  }
}

/// Package URLs (https://github.com/package-url/purl-spec).
enum PackageAddress {
  /// `pkg:docker/busybox@latest?platform=linux%2Famd64`
  static func image(_ name: String, _ platform: Platform) -> String {
    var qualifiers = "platform=\(encoded(platform.description))"
    guard let reference = try? Reference(name).tagged else { return "pkg:docker/\(encoded(name))?\(qualifiers)" }
    if let digest = reference.digest { qualifiers = "digest=\(digest)&\(qualifiers)" }
    return "pkg:docker/\(reference.familiarName)\(reference.tag.map { "@\($0)" } ?? "")?\(qualifiers)"
  }

  /// - Parameter type: `deb`, `apk`.
  static func package(
    _ type: String, _ distribution: String, _ name: String, version: String, qualifiers: [(String, String)]
  ) -> String {
    let tail = qualifiers.filter { !$0.1.isEmpty }.map { "\($0.0)=\(encoded($0.1))" }.joined(separator: "&")
    return "pkg:\(type)/\(encoded(distribution))/\(encoded(name))@\(encoded(version))"
      + (tail.isEmpty ? "" : "?\(tail)")
  }

  static func encoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      let character = Character(UnicodeScalar(byte))
      if byte < 128, character.isLetter || character.isNumber || ".-_~".contains(character) {
        result.append(character)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return result
  }
}
