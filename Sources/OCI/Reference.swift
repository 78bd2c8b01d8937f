import Diagnostics

/// The name of an image, as Docker reads it: `[registry/]path[:tag][@digest]`.
///
/// Always in its long form (`docker.io/library/ubuntu`); `familiar` is what people type and see. The rules are those of
/// distribution's `reference` package.
public struct Reference: Hashable, Sendable, CustomStringConvertible {
  /// Host and perhaps port: `docker.io`, `localhost:5000`, `[fd00::1]:443`.
  public var domain: String
  /// `library/ubuntu`
  public var path: String
  public var tag: String?
  public var digest: Digest?

  public static let defaultDomain = "docker.io"
  public static let defaultTag = "latest"

  /// Reads what a person typed. Throws `invalidInput` that says which part is wrong. No tag is added: see `tagged`.
  public init(_ text: String) throws(Failure) {
    let parts = try Parts(text)
    domain = parts.domain
    path = parts.path
    tag = parts.tag
    digest = parts.digest
  }

  public init(domain: String, path: String, tag: String? = nil, digest: Digest? = nil) {
    self.domain = domain
    self.path = path
    self.tag = tag
    self.digest = digest
  }

  /// With the tag `latest` where neither a tag nor a digest is given.
  public var tagged: Reference {
    guard tag == nil, digest == nil else { return self }
    return Reference(domain: domain, path: path, tag: Self.defaultTag)
  }

  /// Registry and path, without tag and digest.
  public var name: String { "\(domain)/\(path)" }

  /// The long form.
  public var description: String { name + suffix }

  /// The short form of registry and path: `ubuntu` for `docker.io/library/ubuntu`.
  public var familiarName: String {
    guard domain == Self.defaultDomain else { return name }
    let parts = path.split(separator: "/")
    return parts.count == 2 && parts[0] == "library" ? String(parts[1]) : path
  }

  /// What listings and messages show.
  public var familiar: String { familiarName + suffix }

  private var suffix: String { (tag.map { ":" + $0 } ?? "") + (digest.map { "@\($0)" } ?? "") }
}

extension Reference: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do {
      try self.init(container.decode(String.self))
    } catch let failure as Failure {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: failure.description)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
