import Building
import Compose
import Diagnostics
import Dockerfile
import Linux
import Spec

/// How values of build flags are written, the same on the command line and in compose files.
enum BuildFlags {
  /// `NAME=value`, or `NAME` for what the environment says.
  static func pairs(_ texts: [String], _ invocation: Invocation) throws -> [String: String] {
    var pairs: [String: String] = [:]
    for text in texts {
      if let equals = text.firstIndex(of: "=") {
        pairs[String(text[..<equals])] = String(text[text.index(after: equals)...])
      } else {
        pairs[text] = invocation.environment[text]
      }
    }
    return pairs
  }

  /// `name=value`, or `name` for an empty value.
  static func labels(_ texts: [String]) -> [String: String] {
    var labels: [String: String] = [:]
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      labels[parts[0]] = parts.count == 2 ? parts[1] : ""
    }
    return labels
  }

  /// `name=value`, with `manifest:` in front or nothing.
  static func annotations(_ texts: [String]) -> [String: String] {
    labels(texts.map { $0.hasPrefix("manifest:") ? String($0.dropFirst(9)) : $0 })
  }

  /// `host:address` or `host=address`.
  static func host(_ text: String) throws(Failure) -> String {
    guard let mark = text.firstIndex(where: { $0 == ":" || $0 == "=" }) else {
      throw Failure(.invalidInput, "wanted is host:address", subject: "--add-host \(text)")
    }
    return "\(text[..<mark])=\(text[text.index(after: mark)...])"
  }

  /// `64m`, `1g`: powers of 1024.
  static func bytes(_ text: String) throws(Failure) -> Int64 {
    guard let bytes = Quantity.bytes(text) else {
      throw Failure(.invalidInput, "\"\(text)\" is no size", hint: "for example 64m")
    }
    return bytes
  }

  /// `nofile=1024`, `nofile=1024:2048`.
  static func ulimits(_ texts: [String]) throws(Failure) -> [String: Ulimit] {
    var limits: [String: Ulimit] = [:]
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let numbers = parts.count == 2 ? parts[1].split(separator: ":").map { Int64($0) } : []
      guard let soft = numbers.first ?? nil, let hard = numbers.last ?? nil, numbers.count <= 2,
        soft <= hard || hard == -1
      else { throw Failure(.invalidInput, "invalid ulimit argument: \(text)", subject: "--ulimit") }
      limits[parts[0]] = Ulimit(soft: soft, hard: hard)
    }
    return limits
  }

  /// `id=token`, `id=token,src=FILE`, `id=token,env=NAME`.
  static func secrets(_ texts: [String], _ invocation: Invocation) throws -> [String: Secret] {
    var secrets: [String: Secret] = [:]
    for text in texts {
      let fields = FieldList(text)
      guard let id = fields["id"], !id.isEmpty else {
        throw Failure(.invalidInput, "an id is missing", subject: "--secret \(text)")
      }
      if let known = fields.entries.first(where: { !["id", "src", "source", "env", "type"].contains($0.key) }) {
        throw Failure(.invalidInput, "unexpected key '\(known.key)'", subject: "--secret \(text)")
      }
      if let path = fields["src"] ?? fields["source"] {
        guard FileStatus.exists(path) else {
          throw Failure(.notFound, "failed to stat \(path): no such file or directory", subject: "--secret id=\(id)")
        }
        secrets[id] = Secret(.file(path))
      } else if let value = invocation.environment[fields["env"] ?? id] {
        secrets[id] = Secret(.value(value))
      } else {
        secrets[id] = Secret(.file(id))
      }
    }
    return secrets
  }

  /// `default`, `id=SOCKET`, `id=KEY,KEY`.
  static func agents(_ texts: [String], _ invocation: Invocation) throws -> [String: KeyAgent] {
    var agents: [String: KeyAgent] = [:]
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        guard let socket = invocation.variable("SSH_AUTH_SOCK") else {
          throw Failure(
            .invalidInput, "invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set", subject: "--ssh \(text)")
        }
        agents[parts[0]] = .socket(socket)
        continue
      }
      let paths = parts[1].split(separator: ",").map(String.init)
      let kinds = try paths.map { path in
        do { return try FileStatus.of(path).kind } catch { throw Failure(error, subject: "--ssh \(text)") }
      }
      agents[parts[0]] = kinds == [.socket] ? .socket(paths[0]) : .keys(paths)
    }
    return agents
  }

  static func entitlements(_ texts: [String]) throws(Failure) -> Set<Entitlement> {
    var allowed: Set<Entitlement> = []
    for text in texts {
      guard let entitlement = Entitlement(rawValue: text) else {
        throw Failure(
          .unsupported, "there is no entitlement \(text)", subject: "--allow",
          hint: "there are \(Entitlement.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      allowed.insert(entitlement)
    }
    return allowed
  }

  /// Whoever asks for the host's network allows it.
  static func network(_ text: String, _ allowed: inout Set<Entitlement>) throws(Failure) -> String {
    guard ["default", "none", "host"].contains(text) else {
      throw Failure(.unsupported, "builds know default, none and host", subject: "network \(text)")
    }
    if text == "host" { allowed.insert(.hostNetwork) }
    return text
  }

  static func epoch(_ text: String?) throws(Failure) -> Int64? {
    guard let text, !text.isEmpty else { return nil }
    guard let seconds = Int64(text), seconds >= 0 else {
      throw Failure(.invalidInput, "\"\(text)\" is no number of seconds", subject: "SOURCE_DATE_EPOCH")
    }
    return seconds
  }

  /// Bytes that the cache may take, where the person says so.
  static func cacheLimit(_ invocation: Invocation) throws(Failure) -> Int64? {
    guard let text = invocation.variable("DAVIT_BUILD_CACHE") else { return nil }
    guard let bytes = Quantity.bytes(text) else {
      throw Failure(.invalidInput, "\"\(text)\" is no size", subject: "DAVIT_BUILD_CACHE", hint: "for example 10g")
    }
    return bytes
  }
}
