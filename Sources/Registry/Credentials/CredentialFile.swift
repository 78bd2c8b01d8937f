import Diagnostics
import FoundationEssentials
import Linux
import OCI

/// Docker's `config.json`, or containers' `auth.json`, which has the same form.
struct CredentialFile: Sendable {
  let path: String
  private(set) var content = JSONValue.object([:])

  /// A file that is not there is empty.
  init(_ path: String) throws {
    self.path = path
    let bytes: [UInt8]
    do { bytes = try readFile(path, limit: 16 << 20) } catch {
      if [2, 20].contains(error.errno) { return }
      throw Failure(error)
    }
    if bytes.allSatisfy({ $0 <= 32 }) { return }
    content = try JSON.decode(JSONValue.self, from: bytes, what: path, limit: 16 << 20)
  }

  /// What stands in the file itself.
  func credential(_ keys: [String]) -> Credential? {
    guard let (_, entry) = entry(keys) else { return nil }
    if let token = entry["registrytoken"]?.text { return .registryToken(token) }
    if let token = entry["identitytoken"]?.text { return .identityToken(token) }
    if let user = entry["username"]?.text { return .password(user: user, secret: entry["password"]?.text ?? "") }
    guard let auth = entry["auth"]?.text, let data = Data(base64Encoded: auth) else { return nil }
    let pair = String(decoding: data, as: UTF8.self)
    guard let colon = pair.firstIndex(of: ":") else { return nil }
    // Docker pads with NULs.
    let secret = pair[pair.index(after: colon)...].prefix { $0 != "\0" }
    return .password(user: String(pair[..<colon]), secret: String(secret))
  }

  /// The program that keeps the credentials of a registry: its own one, or the one for all.
  func helper(_ keys: [String]) -> (name: String, key: String)? {
    if let helpers = content["credHelpers"] {
      for key in keys { if let name = helpers[key]?.text { return (name, key) } }
    }
    return content["credsStore"]?.text.map { ($0, keys[0]) }
  }

  /// Registries that it says anything about.
  var registries: [String] { Set((content["auths"]?.keys ?? []) + (content["credHelpers"]?.keys ?? [])).sorted() }

  mutating func set(_ key: String, _ credential: Credential) {
    if content["auths"] == nil { content["auths"] = .object([:]) }
    content["auths"]?[key] = Self.entry(credential)
  }

  /// What stands below a registry's name.
  static func entry(_ credential: Credential) -> JSONValue {
    var entry = JSONValue.object([:])
    switch credential {
    case .password(let user, let secret):
      entry["auth"] = .text(Data("\(user):\(secret)".utf8).base64EncodedString())
    case .identityToken(let token): entry["identitytoken"] = .text(token)
    case .registryToken(let token): entry["registrytoken"] = .text(token)
    }
    return entry
  }

  /// Docker's sign that a helper has something for this registry.
  mutating func mark(_ key: String) {
    if content["auths"] == nil { content["auths"] = .object([:]) }
    content["auths"]?[key] = .object([:])
  }

  /// - Returns: whether there was anything.
  mutating func remove(_ keys: [String]) -> Bool {
    var found = false
    while let (key, _) = entry(keys) {
      content["auths"]?[key] = nil
      found = true
    }
    return found
  }

  func write() throws {
    try makeDirectories(splitPath(path).folder, mode: 0o700)
    try writeAtomically(JSON.encode(content) + [UInt8(ascii: "\n")], to: path, mode: 0o600, durable: true)
  }

  private func entry(_ keys: [String]) -> (String, JSONValue)? {
    guard let auths = content["auths"] else { return nil }
    for key in keys { if let entry = auths[key] { return (key, entry) } }
    // Docker compares hosts only: `https://host/v2/` is `host`.
    for written in auths.keys where keys.contains(Self.host(written)) {
      return auths[written].map { (written, $0) }
    }
    return nil
  }

  private static func host(_ key: String) -> String {
    var key = key[...]
    for scheme in ["https://", "http://"] where key.hasPrefix(scheme) { key = key.dropFirst(scheme.count) }
    return String(key.prefix { $0 != "/" })
  }
}
