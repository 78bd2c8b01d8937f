import Building
import Compose
import Diagnostics
import Dockerfile
import Linux

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

  /// `id=token`, `id=token,src=FILE`, `id=token,env=NAME`.
  static func secrets(_ texts: [String], _ invocation: Invocation) throws -> [String: BuildRequest.Secret] {
    var secrets: [String: BuildRequest.Secret] = [:]
    for text in texts {
      var fields: [String: String] = [:]
      for field in text.split(separator: ",") {
        let parts = field.split(separator: "=", maxSplits: 1).map(String.init)
        fields[parts[0]] = parts.count == 2 ? parts[1] : ""
      }
      guard let id = fields["id"], !id.isEmpty else {
        throw Failure(.invalidInput, "an id is missing", subject: "--secret \(text)")
      }
      if let known = fields.keys.first(where: { !["id", "src", "source", "env", "type"].contains($0) }) {
        throw Failure(.invalidInput, "unexpected key '\(known)'", subject: "--secret \(text)")
      }
      if let path = fields["src"] ?? fields["source"] {
        secrets[id] = .file(path)
      } else if let value = invocation.environment[fields["env"] ?? id] {
        secrets[id] = .value(value)
      } else {
        secrets[id] = .file(id)
      }
    }
    return secrets
  }

  static func epoch(_ text: String?) throws(Failure) -> Int64? {
    guard let text else { return nil }
    guard let seconds = Int64(text), seconds >= 0 else {
      throw Failure(.invalidInput, "\"\(text)\" is no number of seconds", subject: "SOURCE_DATE_EPOCH")
    }
    return seconds
  }
}

/// The files that a build begins with.
enum BuildFiles {
  /// The named file, or the folder's Dockerfile under either of its names.
  static func dockerfile(_ file: String?, in folder: String) throws(Failure) -> String {
    if let file { return file }
    for name in ["Dockerfile", "dockerfile"] where FileStatus.exists("\(folder)/\(name)") { return "\(folder)/\(name)" }
    throw Failure(
      .notFound, "there is no Dockerfile in \(folder)", hint: "name it with -f, or name another folder")
  }

  /// A folder with its `.dockerignore`, or the one that belongs to the Dockerfile alone.
  static func context(_ folder: String, dockerfile: String?) throws -> BuildContext {
    guard let status = try? FileStatus.of(folder), status.kind == .directory else {
      throw Failure(.notFound, "path \"\(folder)\" not found or no folder")
    }
    let candidates = (dockerfile.map { ["\($0).dockerignore"] } ?? []) + ["\(folder)/.dockerignore"]
    guard let file = candidates.first(where: FileStatus.exists) else { return BuildContext(folder: folder) }
    do { return BuildContext(folder: folder, ignored: try IgnoreRules(file: try readText(file))) } catch let error
      as WordLexer.SyntaxError
    { throw Failure(.invalidInput, error.description, subject: file) }
  }
}
