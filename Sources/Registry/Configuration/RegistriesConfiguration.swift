import Diagnostics
import Linux
import OCI

/// What registries.conf (containers-registries.conf(5), version 2) says about where images really come from. Short names
/// stay Docker's: `unqualified-search-registries` and aliases mean nothing here.
struct RegistriesConfiguration: Hashable, Sendable {
  struct Rule: Hashable, Sendable {
    /// Of `registry/path:tag`; `*.example.com` for all hosts below.
    var prefix: String
    /// What stands in its place; empty: nothing does.
    var location: String
    var insecure = false
    var blocked = false
    var mirrorByDigestOnly = false
    var mirrors: [Mirror] = []
    /// Where it was read.
    var file: String
  }

  struct Mirror: Hashable, Sendable {
    enum Use: String, Hashable, Sendable { case all, digestOnly = "digest-only", tagOnly = "tag-only" }

    var location: String
    var insecure = false
    var use = Use.all
  }

  /// A place where an image can be had.
  struct Place: Hashable, Sendable {
    var reference: Reference
    var insecure: Bool
  }

  private(set) var rules: [Rule] = []
  private let daemon: DaemonConfiguration

  /// Files that are not there say nothing; of a folder, its `*.conf` in order. A rule for a prefix that has one already
  /// takes its place.
  /// - Parameter daemon: what Docker's file says; where a rule is about an image, that one counts.
  init(files: [String], daemon: DaemonConfiguration = DaemonConfiguration()) throws {
    self.daemon = daemon
    for path in files {
      if (try? FileStatus.of(path))?.kind == .directory {
        let names = try Descriptor.open(path, [.directory]).entries().map(\.name).filter { $0.hasSuffix(".conf") }
        for name in names.sorted() { try read("\(path)/\(name)") }
      } else if FileStatus.exists(path) {
        try read(path)
      }
    }
  }

  init(text: String, file: String) throws {
    daemon = DaemonConfiguration()
    try take(ConfigurationText(text, file: file), file)
  }

  private mutating func read(_ path: String) throws {
    let text = String(decoding: try readFile(path, limit: 4 << 20), as: UTF8.self)
    try take(ConfigurationText(text, file: path), path)
  }

  private mutating func take(_ text: ConfigurationText, _ file: String) throws {
    var read: [Rule] = []
    for table in text.tables {
      func string(_ key: String) throws -> String? {
        guard let value = table.values[key] else { return nil }
        guard case .text(let text) = value else {
          throw Failure(.invalidInput, "\(key) must be a string", subject: file)
        }
        return text
      }
      func flag(_ key: String) throws -> Bool {
        guard let value = table.values[key] else { return false }
        guard case .flag(let flag) = value else {
          throw Failure(.invalidInput, "\(key) must be true or false", subject: file)
        }
        return flag
      }
      switch table.name {
      case "registry":
        let (prefix, location) = (try string("prefix"), try string("location"))
        guard let matched = prefix ?? location, !matched.isEmpty else {
          throw Failure(.invalidInput, "a registry has neither prefix nor location", subject: file)
        }
        read.append(
          Rule(
            prefix: matched, location: location ?? (matched.hasPrefix("*.") ? "" : matched),
            insecure: try flag("insecure"), blocked: try flag("blocked"),
            mirrorByDigestOnly: try flag("mirror-by-digest-only"), file: file))
      case "registry.mirror":
        guard let location = try string("location"), !location.isEmpty, !read.isEmpty else {
          throw Failure(.invalidInput, "a mirror needs a location and a registry before it", subject: file)
        }
        let word = try string("pull-from-mirror") ?? "all"
        guard let use = Mirror.Use(rawValue: word) else {
          throw Failure(.invalidInput, "pull-from-mirror cannot be \(word)", subject: file)
        }
        read[read.count - 1].mirrors.append(
          Mirror(location: location, insecure: try flag("insecure"), use: use))
      default: break
      }
    }
    for rule in read {
      rules.removeAll { $0.prefix == rule.prefix }
      rules.append(rule)
    }
  }

  /// Where an image can be had, mirrors first; the registry itself comes last. Throws `notPermitted` where it is blocked.
  func places(of reference: Reference) throws -> [Place] {
    guard let rule = rules.filter({ Self.matches(reference, $0.prefix) }).max(by: { $0.prefix.count < $1.prefix.count })
    else {
      return daemon.mirrors(of: reference)
        + [Place(reference: reference, insecure: daemon.isInsecure(reference.domain))]
    }
    guard !rule.blocked else {
      throw Failure(
        .notPermitted, "registry \(reference.domain) is blocked in \(rule.file)",
        subject: "image \(reference.familiar)")
    }
    let usable = rule.mirrors.filter { mirror in
      switch rule.mirrorByDigestOnly ? .digestOnly : mirror.use {
      case .all: true
      case .digestOnly: reference.digest != nil
      case .tagOnly: reference.digest == nil
      }
    }
    var places = try usable.map {
      Place(reference: try Self.moved(reference, rule.prefix, to: $0.location), insecure: $0.insecure)
    }
    places.append(
      Place(
        reference: rule.location.isEmpty ? reference : try Self.moved(reference, rule.prefix, to: rule.location),
        insecure: rule.insecure))
    return places
  }

  private static func matches(_ reference: Reference, _ prefix: String) -> Bool {
    if prefix.hasPrefix("*.") {
      let host = prefix.dropFirst().prefix { $0 != "/" }
      return reference.domain.hasSuffix(host)
        && (prefix.contains("/") ? reference.name.contains(prefix.dropFirst()) : true)
    }
    guard reference.description.hasPrefix(prefix) else { return false }
    guard let next = reference.description.dropFirst(prefix.count).first else { return true }
    return "/:@".contains(next)
  }

  private static func moved(_ reference: Reference, _ prefix: String, to location: String) throws -> Reference {
    // The path behind the host is what a wildcard leaves.
    let rest =
      prefix.hasPrefix("*.")
      ? reference.description.dropFirst(reference.domain.count) : reference.description.dropFirst(prefix.count)
    return try Reference(location + rest)
  }
}
