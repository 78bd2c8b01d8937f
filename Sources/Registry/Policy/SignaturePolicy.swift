import Diagnostics
import FoundationEssentials
import Images
import Linux
import OCI

/// Which images may come in, by registry, repository or name (containers-policy.json(5)). Without a file all may.
struct SignaturePolicy: Sendable {
  enum Requirement: Hashable, Sendable {
    case accept
    case reject
    /// A signature in cosign's format by one of the keys.
    case sigstoreSigned([PublicKey], SignedIdentity)
    /// What this program cannot check is not fulfilled.
    case unknown(String)
  }

  /// Where it was read; `nil`: there is none.
  let file: String?
  private var usual: [Requirement] = [.accept]
  /// By transport and scope; the empty scope is for all others of it.
  private var scopes: [String: [String: [Requirement]]] = [:]

  /// The transport of registries (containers-transports(5)).
  private static let registries = "docker"

  init() { file = nil }

  /// The first of the files that is there counts: a person's own comes before the machine's.
  static func read(_ files: [String]) throws -> SignaturePolicy {
    guard let path = files.first(where: FileStatus.exists) else { return SignaturePolicy() }
    let content = try JSON.decode(JSONValue.self, from: readFile(path, limit: 4 << 20), what: path)
    return try SignaturePolicy(content, file: path)
  }

  init(_ content: JSONValue, file: String) throws {
    self.file = file
    guard case .list(let usual)? = content["default"] else {
      throw Failure(.invalidInput, "\"default\" is missing, a list of requirements", subject: file)
    }
    self.usual = try Self.requirements(usual, at: "default", file)
    for key in content.keys where !["default", "transports"].contains(key) {
      throw Failure(.invalidInput, "\"\(key)\" is no key of a policy", subject: file)
    }
    // What nothing comes through here is not looked at: containers-storage, docker-daemon, …
    for transport in [Self.registries] + ArchiveOrigin.Transport.allCases.map(\.rawValue) {
      guard let given = content["transports"]?[transport] else { continue }
      for scope in given.keys {
        let place = "transports.\(transport).\(scope)"
        guard case .list(let list)? = given[scope] else {
          throw Failure(.invalidInput, "a list of requirements was expected", subject: "\(file): \(place)")
        }
        if let archive = ArchiveOrigin.Transport(rawValue: transport), !scope.isEmpty {
          try Self.check(scope, of: archive, "\(file): \(place)")
        }
        scopes[transport, default: [:]][scope] = try Self.requirements(list, at: place, file)
      }
    }
  }

  /// A rule that never applies would be believed to protect.
  private static func check(_ scope: String, of transport: ArchiveOrigin.Transport, _ subject: String) throws {
    switch transport {
    case .dockerArchive, .tarball:
      throw Failure(.invalidInput, "\(transport.rawValue) has no scopes but the default \"\"", subject: subject)
    case .oci, .ociArchive:
      let names = scope.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
      guard scope.hasPrefix("/"), names.allSatisfy({ !["", ".", ".."].contains($0) }) else {
        throw Failure(
          .invalidInput, "a scope of \(transport.rawValue) is an absolute path in its shortest form", subject: subject)
      }
    }
  }

  /// What comes as a file must fulfil: the rule for its path counts, or that for the nearest folder around it.
  func requirements(for archive: ArchiveOrigin) -> [Requirement] {
    let scopes = scopes[archive.transport.rawValue] ?? [:]
    var path = archive.path ?? ""
    while !path.isEmpty {
      if let found = scopes[path] { return found }
      path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }
    return scopes[""] ?? usual
  }

  /// What an image must fulfil, all of it: the most special scope counts.
  func requirements(for image: Reference) -> [Requirement] {
    var names = [image.description, image.name]
    var parts = image.path.split(separator: "/")
    while !parts.isEmpty {
      parts.removeLast()
      names.append(([image.domain] + parts.map(String.init)).joined(separator: "/"))
    }
    var labels = image.domain.prefix { $0 != ":" }.split(separator: ".")
    while labels.count > 1 {
      labels.removeFirst()
      names.append("*." + labels.joined(separator: "."))
    }
    names.append("")
    return names.lazy.compactMap { scopes[Self.registries]?[$0] }.first ?? usual
  }

  private static func requirements(_ list: [JSONValue], at place: String, _ file: String) throws -> [Requirement] {
    guard !list.isEmpty else {
      throw Failure(.invalidInput, "at least one requirement was expected", subject: "\(file): \(place)")
    }
    return try list.enumerated().map { index, value in
      let subject = "\(file): \(place)[\(index)]"
      switch value["type"]?.text {
      case "insecureAcceptAnything": return .accept
      case "reject": return .reject
      case "sigstoreSigned": return try sigstoreSigned(value, subject)
      case "signedBy": return .unknown("signatures by GnuPG (signedBy) are not checked here")
      case let type?: throw Failure(.invalidInput, "unknown type of requirement: \(type)", subject: subject)
      case nil: throw Failure(.invalidInput, "the type of the requirement is missing", subject: subject)
      }
    }
  }

  private static func sigstoreSigned(_ value: JSONValue, _ subject: String) throws -> Requirement {
    for key in [
      "fulcio", "pki", "rekorPublicKeyPath", "rekorPublicKeyData", "rekorPublicKeyPaths", "rekorPublicKeyDatas",
    ]
    where value[key] != nil {
      return .unknown("signatures that need \(key) are not checked here")
    }
    func texts(_ one: String, _ many: String) throws -> [String] {
      var texts = value[one]?.text.map { [$0] } ?? []
      if case .list(let list)? = value[many] { texts += list.compactMap(\.text) }
      return texts
    }
    var keys = try texts("keyPath", "keyPaths").map { path in
      do { return try PublicKey(file: path) } catch { throw Failure(error).about(subject) }
    }
    for text in try texts("keyData", "keyDatas") {
      guard let data = Data(base64Encoded: text) else {
        throw Failure(.invalidInput, "keyData is not base64", subject: subject)
      }
      keys.append(try PublicKey(pem: Array(data), from: subject))
    }
    guard !keys.isEmpty else {
      throw Failure(.invalidInput, "neither keyPath nor keyData names a key", subject: subject)
    }
    return .sigstoreSigned(keys, try identity(value["signedIdentity"], subject))
  }

  private static func identity(_ value: JSONValue?, _ subject: String) throws -> SignedIdentity {
    guard let value else { return .repositoryOrExact }
    func text(_ key: String) throws -> String {
      guard let text = value[key]?.text else {
        throw Failure(.invalidInput, "\(key) is missing", subject: "\(subject).signedIdentity")
      }
      return text
    }
    switch value["type"]?.text {
    case "matchExact": return .exact
    case "matchRepoDigestOrExact": return .repositoryOrExact
    case "matchRepository": return .repository
    case "exactReference": return .exactReference(try Reference(text("dockerReference")))
    case "exactRepository": return .exactRepository(try Reference(text("dockerRepository")))
    case "remapIdentity": return .remapped(prefix: try text("prefix"), signedPrefix: try text("signedPrefix"))
    case let type:
      throw Failure(.invalidInput, "unknown type: \(type ?? "none")", subject: "\(subject).signedIdentity")
    }
  }
}
