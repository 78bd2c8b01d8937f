import Diagnostics
import FoundationEssentials
import Linux

extension SeccompProfile {
  /// A profile of one's own: the path of a file, or the JSON itself. Docker's shape and the runtime specification's
  /// (`config.linux.seccomp`) are both read.
  static func read(_ text: String) throws(Failure) -> SeccompProfile {
    let bytes: [UInt8]
    if text.first == "{" {
      bytes = Array(text.utf8)
    } else {
      do { bytes = try readFile(text, limit: 4 << 20) } catch {
        throw Failure(error, subject: "security_opt seccomp")
      }
    }
    do {
      let file = try JSONDecoder().decode(File.self, from: Data(bytes))
      return try SeccompProfile(file, identity: String(decoding: bytes, as: UTF8.self))
    } catch {
      let name = text.first == "{" ? "{…}" : text
      throw Failure(.invalidInput, reason(error), subject: "security_opt seccomp=\(name)")
    }
  }

  private static func reason(_ error: any Error) -> String {
    func place(_ context: DecodingError.Context) -> String {
      context.codingPath.isEmpty ? "" : " at " + context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case let failure as Failure: return failure.message
    case DecodingError.keyNotFound(let key, let context): return "lacks \(key.stringValue)\(place(context))"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      return "has something else than a profile has\(place(context))"
    default: return "is not valid JSON"
    }
  }

  private struct File: Decodable {
    var defaultAction: String
    var defaultErrnoRet: UInt32?
    var architectures: [String]?
    var archMap: [Architecture]?
    var flags: [String]?
    var listenerPath: String?
    var syscalls: [Entry]?
  }

  private struct Architecture: Decodable {
    var architecture: String
    var subArchitectures: [String]?
  }

  private struct Entry: Decodable {
    var name: String?
    var names: [String]?
    var action: String
    var errnoRet: UInt32?
    var args: [ArgumentEntry]?
    var includes: Condition?
    var excludes: Condition?
  }

  private struct ArgumentEntry: Decodable {
    var index: UInt32
    var value: UInt64
    var valueTwo: UInt64?
    var op: String
  }

  private struct Condition: Decodable {
    var caps: [String]?
    var arches: [String]?
    var minKernel: String?
  }

  private init(_ file: File, identity: String) throws(Failure) {
    guard file.listenerPath == nil else {
      throw Failure(.unsupported, "asks for a listener (listenerPath), which is not supported")
    }
    self.init(
      identity: identity, defaultAction: try SeccompProfile.action(file.defaultAction, file.defaultErrnoRet), rules: [])
    architectures = file.architectures ?? []
    if let map = file.archMap {
      let native = SeccompCompiler.nativeName
      for entry in map where entry.architecture == native {
        architectures = [entry.architecture] + (entry.subArchitectures ?? [])
      }
    }
    for flag in file.flags ?? [] {
      switch flag {
      case "SECCOMP_FILTER_FLAG_TSYNC": break  // There is one thread only.
      case "SECCOMP_FILTER_FLAG_LOG": flags |= 2
      case "SECCOMP_FILTER_FLAG_SPEC_ALLOW": flags |= 4
      default: throw Failure(.unsupported, "asks for the flag \(flag), which is not supported")
      }
    }
    for entry in file.syscalls ?? [] { rules.append(try SeccompProfile.rule(entry)) }
  }

  private static func rule(_ entry: Entry) throws(Failure) -> Rule {
    var rule = Rule(names: (entry.names ?? []) + [entry.name].compactMap { $0 })
    rule.action = try action(entry.action, entry.errnoRet)
    for argument in entry.args ?? [] {
      guard let comparison = Argument.Comparison(rawValue: argument.op) else {
        throw Failure(.invalidInput, "compares with \(argument.op)")
      }
      // In these files the mask is `value` and what must remain is `valueTwo`.
      rule.arguments.append(
        Argument(index: argument.index, comparison: comparison, value: argument.value, second: argument.valueTwo ?? 0))
    }
    rule.requires = try capabilities(entry.includes?.caps)
    rule.unless = try capabilities(entry.excludes?.caps)
    rule.architectures = entry.includes?.arches ?? []
    rule.exceptArchitectures = entry.excludes?.arches ?? []
    rule.minimumKernel = (entry.includes?.minKernel ?? "").split(separator: ".").compactMap { Int($0) }
    return rule
  }

  private static func capabilities(_ names: [String]?) throws(Failure) -> CapabilitySet {
    var found: [Capability] = []
    for name in names ?? [] {
      guard let capability = Capability(named: name) else {
        throw Failure(.invalidInput, "names a capability that does not exist: \(name)")
      }
      found.append(capability)
    }
    return CapabilitySet(found)
  }

  private static func action(_ name: String, _ errno: UInt32?) throws(Failure) -> Action {
    switch name {
    case "SCMP_ACT_ALLOW": return .allow
    case "SCMP_ACT_ERRNO": return .fail(errno ?? 1)
    case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD": return .killThread
    case "SCMP_ACT_KILL_PROCESS": return .killProcess
    case "SCMP_ACT_LOG": return .log
    case "SCMP_ACT_TRAP": return .trap
    case "SCMP_ACT_TRACE": return .trace(errno ?? 1)
    default: throw Failure(.unsupported, "has the action \(name), which is not supported")
    }
  }
}
