import Diagnostics
import Foundation
import Reconciling
import Testing
import YAML

@testable import Compose

/// One attribute of the schema, and what becomes of a file that has it.
struct AttributeRow {
  enum Status: Equatable {
    case supported
    case warned(String)
    case refused(String)
  }

  /// `services.*.ports[].host_ip`
  var path: String
  /// The keys that lead to it, names that a person chooses left out.
  var keys: [String]
  var types: String
  var status: Status
}

/// Tries every attribute that the schema knows: a project that has it is loaded, decoded and lowered.
final class AttributeProbe {
  private(set) var rows: [AttributeRow] = []
  /// Samples that are no valid input: the table below needs a better one.
  private(set) var invalid: [String] = []
  private let folder = NSTemporaryDirectory() + "davit-probe-\(UUID().uuidString)"

  func run() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for file in ["f", "x.env"] { _ = FileManager.default.createFile(atPath: "\(folder)/\(file)", contents: Data()) }
    try Data("services: {s: {image: i}, a: {image: i}}".utf8).write(to: URL(fileURLWithPath: "\(folder)/other.yaml"))
    try Data("services: {s: {image: i}}".utf8).write(to: URL(fileURLWithPath: "\(folder)/more.yaml"))
    try walk(Schema.file, "", []) { $0 }
  }

  private func walk(
    _ shape: Shape, _ path: String, _ keys: [String], _ wrap: (Node) -> Node
  ) throws {
    if let object = shape.object {
      for (name, below) in object.attributes.sorted(by: { $0.key < $1.key }) {
        let place = path.isEmpty ? name : "\(path).\(name)"
        func document(_ value: Node) -> Node {
          var mapping = Mapping()
          for needed in object.required where needed != name {
            mapping[needed] = Samples.node("\(path).\(needed)", object.attributes[needed] ?? .string)
          }
          for entry in Samples.companions(of: place) where entry.key != name { mapping[entry.key] = entry.value }
          mapping[name] = value
          return wrap(Node(.mapping(mapping)))
        }
        try probe(place, keys + [name], below, document)
        try walk(below, place, keys + [name], document)
      }
      if let values = object.values, Samples.hasAttributes(values) {
        let name = Samples.names[path] ?? "s"
        try walk(values, path + ".*", keys) { wrap(Node(.mapping(Mapping([.init(name, $0)])))) }
      }
    }
    if let items = shape.items, Samples.hasAttributes(items.shape) {
      try walk(items.shape, path + "[]", keys) { wrap(Node(.sequence([$0]))) }
    }
  }

  private func probe(_ path: String, _ keys: [String], _ shape: Shape, _ document: (Node) -> Node) throws {
    let file = Samples.completed(document(Samples.node(path, shape)), path)
    let text = JSONText(escapesDollars: false).text(file)
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/compose.yaml"))
    rows.append(AttributeRow(path: path, keys: keys, types: shape.wanted, status: status(keys, path, text)))
  }

  private func status(_ keys: [String], _ path: String, _ text: String) -> AttributeRow.Status {
    var options = LoadOptions(
      workingDirectory: folder, environment: ["HOME": "/root", "E": "v", "DAVIT_MODEL_ENDPOINT": "http://models"])
    options.projectName = "p"
    options.profiles = ["*"]
    options.keepsUnusedResources = true
    do {
      let project = try Project(try ProjectLoader(options: options).load())
      var surroundings = Lowering.Surroundings(
        imageID: { _, _ in "sha256:" + String(repeating: "0", count: 64) }, read: { _ in [] },
        isDirectory: { _ in true }, digest: { _ in "sha256:" + String(repeating: "0", count: 64) })
      surroundings.apiSocket = { "/run/davit/docker.sock" }
      _ = try Lowering.desired(project, surroundings, options: Lowering.Options())
      let warnings = project.warnings.map(\.message)
      return warnings.first { names($0, path) }.map { .warned(reason($0)) } ?? .supported
    } catch {
      let failures = (error as? Failures)?.all ?? [Failure(error)]
      let first = failures.first { names($0.description, path) } ?? failures[0]
      if first.code != .unsupported { invalid.append("\(path): \(first)\n\(text)") }
      return .refused(first.message)
    }
  }

  /// Whether a message is about the attribute or about one that it belongs to.
  private func names(_ message: String, _ path: String) -> Bool {
    let keys = path.split(separator: ".").filter { $0 != "*" }.map { $0.replacingOccurrences(of: "[]", with: "") }
    guard let last = keys.last else { return false }
    return keys.dropFirst(keys.count > 1 ? 1 : 0).contains { key in
      message.contains(".\(key):") || message.contains(".\(key)[") || message.contains("`\(key)`")
        || key == last && message.contains("\(key):")
    }
  }

  /// A warning without the attribute that it begins with.
  private func reason(_ warning: String) -> String {
    guard let range = warning.range(of: ": "), !warning[..<range.lowerBound].contains(" ") else { return warning }
    return String(warning[range.upperBound...])
  }
}
