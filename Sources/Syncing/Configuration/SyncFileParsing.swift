import Diagnostics
import YAML

extension SyncFile {
  /// Reads the file.
  /// - Parameters:
  ///   - name: as messages name it.
  ///   - folder: where it lies below the top of the repository; its paths start there.
  /// - Throws: `Failures` with everything that is wrong, each with file, line and column.
  public init(parsing bytes: [UInt8], name: String, folder: String) throws(Failures) {
    self.init()
    let documents = try Node.documents(in: bytes, from: Source(name: name))
    var reader = SyncFileReader(folder: folder)
    let root = documents.first ?? Node(.null)
    guard root.mapping != nil else {
      throw Failures([
        Failure(
          .invalidInput, "the file is empty or no mapping", location: SourceLocation(file: name, line: 1, column: 1),
          hint: "begin with `projects:`")
      ])
    }
    reader.only(["version", "projects", "hosts"], in: root)
    if let version = root["version"], version.int != 1 {
      reader.fail("the only version of this file is 1", version.mark)
    }
    guard let list = root["projects"] else {
      throw Failures([
        Failure(.invalidInput, "there are no `projects`", location: root.mark.location, hint: "name at least one")
      ])
    }
    for entry in reader.entries(list) {
      if let project = reader.project(entry) { projects.append(project) }
    }
    if let hosts = root["hosts"] {
      for entry in reader.entries(hosts) { self.hosts.append(reader.host(entry, known: projects)) }
    }
    guard reader.failures.isEmpty else { throw Failures(reader.failures) }
  }
}

/// Notes everything that is wrong and goes on.
private struct SyncFileReader {
  let folder: String
  var failures: [Failure] = []

  init(folder: String) { self.folder = folder }

  mutating func fail(_ message: String, _ mark: Mark, hint: String? = nil) {
    failures.append(Failure(.invalidInput, message, location: mark.location, hint: hint))
  }

  mutating func only(_ known: [String], in node: Node) {
    for entry in node.mapping?.entries ?? [] where !known.contains(entry.key) {
      fail("`\(entry.key)` is not known here", entry.mark, hint: "there are \(known.joined(separator: ", "))")
    }
  }

  mutating func entries(_ node: Node) -> [Mapping.Entry] {
    if node.isNull { return [] }
    guard let mapping = node.mapping else {
      fail("a mapping is expected, not \(node.kindWithArticle)", node.mark)
      return []
    }
    return mapping.entries
  }

  mutating func project(_ entry: Mapping.Entry) -> SyncFile.Entry? {
    guard entry.key.utf8.first.map({ $0 != 0x2d && $0 != 0x5f }) ?? false,
      entry.key.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x5f }
      )
    else {
      fail(
        "`\(entry.key)` is no name of a project", entry.mark,
        hint: "lower-case letters, digits, dashes and underscores, beginning with a letter or digit")
      return nil
    }
    let node = entry.value.isNull ? Node(.mapping(Mapping()), mark: entry.mark) : entry.value
    guard node.mapping != nil else {
      fail("a mapping is expected, not \(node.kindWithArticle)", node.mark)
      return nil
    }
    only(["path", "files", "profiles", "env_file", "values", "hosts", "locked"], in: node)
    let path = node["path"].flatMap { text($0) } ?? entry.key
    var project = SyncProject(name: entry.key, path: inside(path, in: folder, (node["path"] ?? node).mark))
    project.files = list(node["files"]).map { inside($0.text, in: project.path, $0.mark) }
    project.profiles = list(node["profiles"]).map(\.text)
    project.envFiles = list(node["env_file"]).map { inside($0.text, in: project.path, $0.mark) }
    project.values = values(node["values"])
    if let locked = node["locked"] {
      guard let isLocked = locked.bool else {
        fail("true or false is expected, not \(locked.kindWithArticle)", locked.mark)
        return nil
      }
      project.isLocked = isLocked
    }
    return SyncFile.Entry(project: project, hosts: list(node["hosts"]).map(\.text))
  }

  mutating func host(_ entry: Mapping.Entry, known: [SyncFile.Entry]) -> SyncFile.Host {
    only(["values", "projects"], in: entry.value)
    var host = SyncFile.Host(pattern: entry.key, values: values(entry.value["values"]))
    for project in entry.value["projects"].map({ entries($0) }) ?? [] {
      if !known.contains(where: { $0.project.name == project.key }) {
        fail("there is no project `\(project.key)`", project.mark)
      }
      only(["values"], in: project.value)
      host.projects[project.key] = values(project.value["values"])
    }
    return host
  }

  /// A path below the top of the repository.
  private mutating func inside(_ path: String, in folder: String, _ mark: Mark) -> String {
    var parts = folder.split(separator: "/").map(String.init)
    guard !path.hasPrefix("/") else {
      fail("`\(path)` is no path in the repository", mark, hint: "paths start at the folder of this file")
      return folder
    }
    for part in path.split(separator: "/") where part != "." {
      guard part == ".." else {
        parts.append(String(part))
        continue
      }
      guard parts.popLast() != nil else {
        fail("`\(path)` leads out of the repository", mark)
        return folder
      }
    }
    return parts.joined(separator: "/")
  }

  private mutating func text(_ node: Node) -> String? {
    switch node.value {
    case .string(let text): return text
    case .int(let number): return String(number)
    case .bool(let flag): return flag ? "true" : "false"
    case .float(let number): return "\(number)"
    default:
      fail("a text is expected, not \(node.kindWithArticle)", node.mark)
      return nil
    }
  }

  private mutating func list(_ node: Node?) -> [(text: String, mark: Mark)] {
    guard let node, !node.isNull else { return [] }
    return (node.sequence ?? [node]).compactMap { item in text(item).map { ($0, item.mark) } }
  }

  private mutating func values(_ node: Node?) -> [String: String] {
    guard let node else { return [:] }
    var values: [String: String] = [:]
    for entry in entries(node) { values[entry.key] = text(entry.value) }
    return values
  }
}
