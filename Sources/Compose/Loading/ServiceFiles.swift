import Diagnostics
import YAML

/// Completes a service by the files that it names: `env_file` and `label_file`.
struct ServiceFiles {
  let environment: [String: String]
  let options: ModelOptions
  let report: Report

  /// Variables of the service itself win over those of its files, later files over earlier ones.
  func resolveEnvironment(of service: inout Mapping, name: String) {
    let own = service["environment"]?.mapping ?? Mapping()
    var declared = own
    for position in declared.entries.indices where declared.entries[position].value.isNull {
      guard let value = environment[declared.entries[position].key] else { continue }
      declared[position: position].value = .string(value)
    }
    var variables: [String: String] = [:]
    for entry in declared.entries { variables[entry.key] = entry.value.string }
    let known = variables
    var marks: [String: Mark] = [:]
    for (index, file) in (service["env_file"]?.sequence ?? []).enumerated() {
      let before = variables
      read(file, NodePath(keys: "services", name, "env_file").appending(index), into: &variables) { [environment] in
        environment[$0] ?? known[$0]
      }
      for (key, value) in variables where before[key] != value { marks[key] = (file["path"] ?? file).mark }
    }
    service.remove("env_file")
    var entries = variables.filter { declared[$0.key] == nil }.map { key, value in
      Mapping.Entry(key, Node(.string(value), style: .quoted, mark: marks[key] ?? .none), mark: marks[key] ?? .none)
    }
    guard !entries.isEmpty || declared != own else { return }
    entries += declared.entries
    replace("environment", of: &service, by: entries)
  }

  func resolveLabels(of service: inout Mapping, name: String) {
    guard let files = service.remove("label_file")?.sequence else { return }
    var labels: [String: String] = [:]
    for (index, file) in files.enumerated() {
      let path = NodePath(keys: "services", name, "label_file").appending(index)
      let known = labels
      read(Node(.mapping(Mapping(["path": file])), mark: file.mark), path, into: &labels) { known[$0] }
    }
    let declared = service["labels"]?.mapping ?? Mapping()
    let entries = labels.filter { declared[$0.key] == nil }.map {
      Mapping.Entry($0.key, Node(.string($0.value), style: .quoted))
    }
    guard !entries.isEmpty else { return }
    replace("labels", of: &service, by: entries + declared.entries)
  }

  private func read(
    _ file: Node, _ path: NodePath, into variables: inout [String: String], lookup: @escaping (String) -> String?
  ) {
    guard let name = file["path"]?.string else { return }
    let mark = (file["path"] ?? file).mark
    do throws(Failure) { try options.remotes.check(name, namedBy: mark) } catch {
      return report.add(error.located(at: mark, path))
    }
    guard Disk.kind(of: name) != nil else {
      guard file["required"]?.bool != false else { return }
      report.fail(
        "the file \(options.name(of: name)) does not exist", at: path, mark,
        hint: "create it" + (path.steps.contains(.key("env_file")) ? ", or write `required: false`" : ""),
        code: .notFound)
      return
    }
    let format: EnvironmentFile.Format
    switch file["format"]?.string ?? "" {
    case "": format = .dotenv
    case "raw": format = .raw
    case let other:
      report.fail("`\(other)` is no format of a variable file", at: path, mark, hint: "`raw` is known, or leave it out")
      return
    }
    do throws(Failure) {
      try EnvironmentFile.read(
        name, from: options.workingDirectory, format: format, into: &variables, report: report, lookup: lookup)
    } catch {
      var failure = error
      if failure.location == nil {
        failure = Failure(
          error.code, "cannot read \(options.name(of: name)): \(error.message)", location: mark.location)
      }
      failure.subject = path.description
      report.add(failure)
    }
  }

  /// Puts an attribute in its place among the others, which are in the order of the record.
  private func replace(_ key: String, of service: inout Mapping, by entries: [Mapping.Entry]) {
    let node = Node(.mapping(Mapping(entries.sorted { $0.key < $1.key })), mark: service[key]?.mark ?? .none)
    if service[key] != nil {
      service[key]?.value = node.value
      return
    }
    let order = Record.service.fields.map(\.name)
    let place = order.firstIndex(of: key) ?? order.count
    let before = Set(order[..<place])
    let split = service.entries.firstIndex { !before.contains($0.key) } ?? service.count
    service = Mapping(service.entries[..<split] + [.init(key, node)] + service.entries[split...])
  }
}
