import Compose
import Diagnostics
import FoundationEssentials
import Testing
import YAML

/// A folder of files that vanishes with the test.
final class ComposeFolder {
  let path: String

  init(_ files: [String: String]) throws {
    path = "/tmp/davit-compose-\(UUID().uuidString)"
    for (name, text) in files {
      let file = "\(path)/\(name)"
      let directory = String(file[..<file.lastIndex(of: "/")!])
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(filePath: file))
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func options(
    _ environment: [String: String] = [:], _ change: (inout LoadOptions) -> Void = { _ in }
  ) -> LoadOptions {
    var options = LoadOptions(workingDirectory: path, environment: ["HOME": "/home/me"].merging(environment) { $1 })
    options.projectName = "test"
    change(&options)
    return options
  }

  func load(
    _ environment: [String: String] = [:], _ change: (inout LoadOptions) -> Void = { _ in }
  ) throws -> LoadedProject {
    try ProjectLoader(options: options(environment, change)).load()
  }

  /// What is wrong, one message per problem.
  func failures(
    _ environment: [String: String] = [:], _ change: (inout LoadOptions) -> Void = { _ in }
  ) -> [String] {
    do throws(Failures) {
      _ = try ProjectLoader(options: options(environment, change)).load()
      return []
    } catch {
      return error.all.map(\.description)
    }
  }
}

/// Loads one file.
func load(_ text: String, _ environment: [String: String] = [:]) throws -> LoadedProject {
  try ComposeFolder(["compose.yaml": text]).load(environment)
}

/// The service `a` of a file that gives its attributes, without the network that every service has.
func service(_ attributes: String, _ environment: [String: String] = [:], rest: String = "") throws -> Node {
  let indented = attributes.split(separator: "\n").map { "    \($0)\n" }.joined()
  let project = try load("services:\n  a:\n    image: i\n\(indented)\(rest)", environment)
  return try #require(project.tree["services"]?["a"])
}

/// Two files, the second over the first; the service `a`.
func merged(_ base: String, _ override: String, rest: String = "") throws -> Node {
  func file(_ attributes: String) -> String {
    "services:\n  a:\n" + attributes.split(separator: "\n").map { "    \($0)\n" }.joined()
  }
  let folder = try ComposeFolder(["one.yaml": file("image: i\n" + base) + rest, "two.yaml": file(override)])
  let project = try folder.load { $0.files = ["one.yaml", "two.yaml"] }
  return try #require(project.tree["services"]?["a"])
}

/// The value that YAML text stands for.
func yaml(_ text: String) throws -> Node {
  try #require(try Node.documents(in: Array(text.utf8), from: .none).first)
}
