import Diagnostics
import YAML

/// One item of `include`.
private struct Inclusion {
  /// Absolute.
  var paths: [String]
  var projectDirectory: String?
  /// Nil: `.env` of the included project's directory, where there is one.
  var environmentFiles: [String]?
  var mark: Mark
  var path: NodePath
}

extension ModelLoader {
  /// Deeper than anybody includes, and shallow enough for the stack.
  private static let deepestInclusion = 50

  /// Loads every included project on its own and adds its resources to those of the document.
  func applyIncludes(of document: inout Node, file: ComposeFile, directives: Directives) throws(Failures) {
    guard let include = document["include"] else { return }
    let inclusions = self.inclusions(include, in: file)
    try report.stopIfFailed()
    document.updateMapping { $0.remove("include") }
    for inclusion in inclusions {
      let model = try load(inclusion, from: file)
      importResources(of: model, into: &document, directives: directives)
      try report.stopIfFailed()
    }
  }

  private func inclusions(_ include: Node, in origin: ComposeFile) -> [Inclusion] {
    let path = NodePath(keys: "include")
    if include.isNull { return [] }
    guard let items = include.sequence else {
      report.fail(
        "must be a list, not \(include.kindWithArticle)", at: path, include.mark, hint: "write `- path/to/compose.yaml`"
      )
      return []
    }
    return items.enumerated().compactMap { index, item in inclusion(item, in: origin, path.appending(index)) }
  }

  private func inclusion(_ item: Node, in origin: ComposeFile, _ path: NodePath) -> Inclusion? {
    let long = item.string == nil ? item : Canonical.wrap(item, as: "path")
    guard let paths = strings(long["path"]), !paths.isEmpty else {
      report.fail("`path` is required here", at: path, item.mark)
      return nil
    }
    var local: [String] = []
    for file in paths {
      do throws(Failure) {
        if RemoteReference.isRemote(file) {
          local.append(try options.remotes.copy(of: file).file)
        } else {
          local.append(Paths.resolve(file, in: scope.directory))
          try options.remotes.check(local.last!, namedBy: origin.path)
        }
      } catch {
        report.add(error.located(at: item.mark, path))
        return nil
      }
    }
    return Inclusion(
      paths: local,
      projectDirectory: long["project_directory"]?.string.flatMap { $0.isEmpty ? nil : $0 },
      environmentFiles: strings(long["env_file"]).flatMap { $0.isEmpty ? nil : $0 }, mark: item.mark, path: path)
  }

  private func strings(_ node: Node?) -> [String]? {
    guard let node else { return nil }
    return node.string.map { [$0] } ?? node.sequence?.compactMap(\.string)
  }

  private func load(_ inclusion: Inclusion, from file: ComposeFile) throws(Failures) -> Node {
    let main = inclusion.paths[0]
    let chain = including + [file.path]
    guard chain.count <= Self.deepestInclusion else {
      throw Failures([
        Failure(
          .invalidInput, "files are included more than \(Self.deepestInclusion) deep",
          subject: inclusion.path.description, location: inclusion.mark.location)
      ])
    }
    guard !chain.contains(main) else {
      let shown = (chain + [main]).map(options.name(of:)).joined(separator: " includes ")
      throw Failures([
        Failure(
          .invalidInput, "files include each other: \(shown)", subject: inclusion.path.description,
          location: inclusion.mark.location, hint: "remove one of the includes")
      ])
    }
    let directory =
      inclusion.projectDirectory.map { Paths.resolve($0, in: scope.directory) } ?? Paths.directory(of: main)
    let pathBase: String
    if let given = inclusion.projectDirectory, Paths.isAbsolute(given) {
      pathBase = given
    } else {
      pathBase = Paths.relative(directory, to: scope.directory)
    }
    let environment = try self.environment(of: inclusion, in: directory)
    let loader = ModelLoader(
      options: options, scope: Scope(pathBase: pathBase, directory: directory, environment: environment),
      report: report, budget: budget, including: chain)
    var options = options
    options.resolvesPaths = true
    loader.options = options
    do throws(Failures) {
      return try loader.model(of: inclusion.paths.map { ComposeFile(path: $0) })
    } catch {
      throw Failures(error.all.map { located($0, at: inclusion) })
    }
  }

  /// A failure without a place of its own (the file is missing) happened where it is included.
  private func located(_ failure: Failure, at inclusion: Inclusion) -> Failure {
    guard failure.location == nil else { return failure }
    var copy = failure
    copy.location = inclusion.mark.location
    copy.message = "cannot include \(failure.subject): \(failure.message)"
    copy.subject = inclusion.path.description
    return copy
  }

  /// The including project's variables, completed by those of the included one's files.
  private func environment(of inclusion: Inclusion, in directory: String) throws(Failures) -> [String: String] {
    var files: [String] = []
    if let given = inclusion.environmentFiles {
      files = given.filter { $0 != "/dev/null" }.map { Paths.resolve($0, in: scope.directory) }
    } else {
      let usual = Paths.join(directory, ".env")
      if Disk.kind(of: usual) == .file { files = [usual] }
    }
    var variables: [String: String] = [:]
    for file in files {
      options.trace?.note(variableFile: file, name: options.name(of: file))
      do throws(Failure) {
        try EnvironmentFile.read(file, from: options.workingDirectory, into: &variables, report: report) {
          [scope, variables] in
          scope.environment[$0] ?? variables[$0]
        }
      } catch {
        throw Failures([located(error, at: inclusion)])
      }
    }
    return variables.merging(scope.environment) { $1 }
  }

  /// The including file may change what it includes: its own values are merged over the imported ones.
  private func importResources(of model: Node, into document: inout Node, directives: Directives) {
    for kind in ["services", "volumes", "networks", "secrets", "configs", "models"] {
      guard let imported = model[kind]?.mapping, !imported.isEmpty else { continue }
      document.updateMapping { document in
        if document[kind]?.mapping == nil { document[kind] = Node(.mapping(Mapping())) }
        document[kind]?.updateMapping { own in
          for entry in imported.entries {
            guard let local = own[entry.key] else {
              own.append(entry)
              continue
            }
            var merged = entry.value
            directives.apply(to: &merged, kind: kind, name: entry.key)
            Merger(report: report).merge(local, into: &merged, kind: kind, name: entry.key)
            own[entry.key] = merged
          }
        }
      }
    }
  }
}
