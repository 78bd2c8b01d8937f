import Diagnostics
import YAML

/// A project's files in the form in which they go to a registry: each alone, and what they name by path under a name that
/// says nothing about this machine.
public struct PublishableProject: Sendable {
  public struct File: Sendable {
    public var name: String
    public var bytes: [UInt8]
  }

  /// In merge order.
  public private(set) var files: [File] = []
  /// What services of the files extend.
  public private(set) var extended: [File] = []
  public private(set) var variableFiles: [File] = []
  /// What a person should agree to before others can read it, one sentence each.
  public private(set) var concerns: [String] = []
  /// Those of them that publishing variable files on purpose answers.
  public private(set) var variableConcerns: [String] = []

  private var waiting: [(path: String, name: String?)]
  private var seen: Set<String> = []
  private let project: LoadedProject
  private let directory: String

  /// - Parameter directory: messages name files as seen from there.
  public init(_ project: LoadedProject, directory: String) throws(Failures) {
    self.project = project
    self.directory = directory
    waiting = project.files.map { ($0, nil) }
    try refuseBuildOnly()
    noteBindMounts()
    while !waiting.isEmpty {
      let (path, name) = waiting.removeFirst()
      guard seen.insert(path).inserted else { continue }
      try add(path, as: name)
    }
  }

  private func refuseBuildOnly() throws(Failures) {
    let services = project.tree["services"]?.mapping?.entries ?? []
    let failures = services.filter { $0.value["build"] != nil && $0.value["image"] == nil }.map { service in
      Failure(
        .invalidInput, "it has a `build` and no `image`, so nobody else could run it",
        subject: "services.\(service.key)", location: service.value.mark.location,
        hint: "name the image that it is pushed as")
    }
    guard failures.isEmpty else { throw Failures(failures) }
  }

  private mutating func noteBindMounts() {
    for service in project.tree["services"]?.mapping?.entries ?? [] {
      for volume in service.value["volumes"]?.sequence ?? [] where volume["type"]?.string == "bind" {
        concerns.append("\(service.key) mounts \(volume["source"]?.string ?? "?") of the machine that it runs on")
      }
    }
  }

  // MARK: One file

  private mutating func add(_ path: String, as name: String?) throws(Failures) {
    let shown = Paths.shown(path, from: directory)
    let bytes: [UInt8]
    do throws(Failure) { bytes = try path == "-" ? Disk.readStandardInput() : Disk.read(path) } catch {
      throw Failures([error])
    }
    var edits = TextEdits()
    for document in try Node.documents(in: bytes, from: Source(name: shown)) {
      if let include = document["include"], include.sequence?.contains(where: { !Self.isRemote($0) }) ?? false {
        throw Failures([
          Failure(
            .unsupported, "files that are included from this machine cannot be published", subject: "include",
            location: include.mark.location, hint: "publish the output of `davit config`, or include what is published")
        ])
      }
      for service in document["services"]?.mapping?.entries ?? [] {
        noteSecrets(of: service)
        nameVariableFiles(of: service, beside: path, &edits)
        nameExtendedFile(of: service, beside: path, &edits)
      }
      for config in document["configs"]?.mapping?.entries ?? [] {
        guard let content = config.value["content"]?.string, !content.contains("$") else { continue }
        concerns.append("the content of the config \(config.key) is written in \(shown)")
      }
    }
    switch edits.apply(to: String(decoding: bytes, as: UTF8.self)) {
    case .failure(let refusal):
      throw Failures([
        Failure(
          .unsupported, "a path that is written like this cannot be replaced by a published name",
          location: refusal.mark.location, hint: "write it on one line, without escapes")
      ])
    case .success(let text):
      let file = File(name: name ?? (path == "-" ? "compose.yaml" : Paths.base(of: path)), bytes: Array(text.utf8))
      if name == nil { files.append(file) } else { extended.append(file) }
    }
  }

  private static func isRemote(_ item: Node) -> Bool {
    let path = item.string ?? item["path"]?.string ?? item["path"]?.sequence?.first?.string ?? ""
    return RemoteReference.isRemote(path)
  }

  private mutating func nameVariableFiles(of service: Mapping.Entry, beside file: String, _ edits: inout TextEdits) {
    let entry = service.value["env_file"]
    for item in entry.map({ $0.sequence ?? [$0] }) ?? [] {
      let place = item["path"] ?? item
      guard let written = place.string else { continue }
      let path = Paths.resolve(interpolated(written), in: base(of: file))
      let name = SHA256.hex(of: Array(path.utf8)) + ".env"
      edits.replace(written, at: place.mark, by: name)
      guard let bytes = try? Disk.read(path) else { continue }
      variableConcerns.append("\(service.key) has variables from \(Paths.shown(path, from: directory))")
      if !variableFiles.contains(where: { $0.name == name }) { variableFiles.append(File(name: name, bytes: bytes)) }
    }
  }

  private mutating func nameExtendedFile(of service: Mapping.Entry, beside file: String, _ edits: inout TextEdits) {
    guard let place = service.value["extends"]?["file"], let written = place.string else { return }
    let reference = interpolated(written)
    guard !RemoteReference.isRemote(reference) else { return }
    let path = Paths.resolve(reference, in: base(of: file))
    let name = SHA256.hex(of: Array(path.utf8)) + ".yaml"
    edits.replace(written, at: place.mark, by: name)
    waiting.append((path, name))
  }

  /// Files of the project are relative to its directory, others to their own.
  private func base(of file: String) -> String {
    project.files.contains(file) ? project.workingDirectory : Paths.directory(of: file)
  }

  private func interpolated(_ text: String) -> String {
    let template = Template(lookup: { project.environment[$0] }, unset: { _ in })
    return (try? template.substitute(text)) ?? text
  }

  // MARK: What looks like a secret

  private static let telling = [
    "password", "passwd", "secret", "token", "api_key", "apikey", "access_key", "private_key", "credential",
  ]

  private mutating func noteSecrets(of service: Mapping.Entry) {
    var pairs: [(String, String)] = []
    switch service.value["environment"]?.value {
    case .mapping(let mapping)?: pairs = mapping.entries.map { ($0.key, GoFormat.text($0.value)) }
    case .sequence(let items)?:
      pairs = items.compactMap { $0.string?.cut(at: "=") }.map { (String($0.before), String($0.after)) }
    default: return
    }
    for (key, value) in pairs where !value.isEmpty && !value.contains("$") && value != "<nil>" {
      let name = key.lowercased()
      guard Self.telling.contains(where: name.contains) else { continue }
      variableConcerns.append("\(service.key) has \(key) written in the file")
    }
  }
}
