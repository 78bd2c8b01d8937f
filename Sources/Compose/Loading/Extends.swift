import Diagnostics
import YAML

/// What `extends` of a service names.
private struct Extension {
  var service: String
  var file: String?
  var mark: Mark
}

extension ModelLoader {
  /// Longer than anybody writes, and short enough for the stack.
  private static let longestChain = 200

  /// Merges every service that extends another over that one.
  func applyExtends(in document: inout Node, file: ComposeFile, directives: Directives) throws(Failures) {
    guard var services = document["services"]?.mapping else { return }
    guard services.entries.contains(where: { $0.value["extends"] != nil }) else { return }
    for name in services.entries.map(\.key) {
      _ = try completed(name, in: &services, file: file.path, directives: directives)
    }
    document.updateMapping { $0["services"]?.value = .mapping(services) }
  }

  /// A service with everything that it extends; nil for one without a definition.
  private func completed(
    _ name: String, in services: inout Mapping, file: String, directives: Directives
  ) throws(Failures) -> Node? {
    guard let service = services[name], service.mapping != nil else { return nil }
    guard let written = service["extends"] else { return service }
    let path = NodePath(keys: "services", name, "extends")
    let base = try `extension`(written, path)
    try checkCycle(ServiceReference(file: file, service: name), path, written.mark)
    extending.append(ServiceReference(file: file, service: name))
    defer { extending.removeLast() }

    let found: Node?
    if let other = base.file {
      found = try completed(base, in: other, from: file, path)
    } else {
      try check(base, isIn: services, file: file, path)
      found = try completed(base.service, in: &services, file: file, directives: directives)
    }
    guard var merged = found else { return service }
    directives.apply(to: &merged, kind: "services", name: name)
    Merger(report: report).merge(service: service, into: &merged, path: NodePath(keys: "services", name))
    try report.stopIfFailed()
    merged.mark = service.mark
    merged.updateMapping { $0.remove("extends") }
    services[name] = merged
    return merged
  }

  private func `extension`(_ node: Node, _ path: NodePath) throws(Failures) -> Extension {
    if let service = node.string { return Extension(service: service, mark: node.mark) }
    if let service = node["service"]?.string {
      let file = node["file"]
      return Extension(service: service, file: file?.string, mark: (file ?? node).mark)
    }
    throw failure("`service` is required here", path, node.mark)
  }

  private func failure(_ message: String, _ path: NodePath, _ mark: Mark, hint: String? = nil) -> Failures {
    Failures([
      Failure(.invalidInput, message, subject: path.description, location: mark.location, hint: hint)
    ])
  }

  private func checkCycle(_ reference: ServiceReference, _ path: NodePath, _ mark: Mark) throws(Failures) {
    guard extending.count < Self.longestChain else {
      throw failure("more than \(Self.longestChain) services extend each other in a row", path, mark)
    }
    guard let start = extending.firstIndex(of: reference) else { return }
    let chain = (extending[start...] + [reference]).map { "\($0.service) (\(options.name(of: $0.file)))" }
    throw failure(
      "services extend each other: \(chain.joined(separator: " extends "))", path, mark,
      hint: "remove one of the `extends`")
  }

  private func check(_ base: Extension, isIn services: Mapping, file: String, _ path: NodePath) throws(Failures) {
    guard services.position(of: base.service) == nil else { return }
    throw failure(
      "the service `\(base.service)` that it extends is not in \(options.name(of: file))", path, base.mark,
      hint: closest(to: base.service, among: services.keys).map { "did you mean `\($0)`?" })
  }

  // MARK: Other files

  private func completed(
    _ base: Extension, in file: String, from origin: String, _ path: NodePath
  ) throws(Failures) -> Node? {
    let absolute: String
    do throws(Failure) {
      if RemoteReference.isRemote(file) {
        absolute = try options.remotes.copy(of: file).file
      } else {
        absolute = Paths.resolve(file, in: scope.directory)
        try options.remotes.check(absolute, namedBy: origin)
      }
    } catch {
      throw Failures([error.located(at: base.mark, path)])
    }
    let pathBase = Paths.relative(Paths.directory(of: absolute), to: scope.directory)
    let key = pathBase + "\0" + absolute
    if extended[key] == nil { extended[key] = try load(absolute, pathBase: pathBase, for: base, path) }
    var services = extended[key]!.services
    try check(base, isIn: services, file: absolute, path)
    let service = try completed(base.service, in: &services, file: absolute, directives: extended[key]!.directives)
    extended[key]!.services = services
    return service
  }

  private func load(
    _ file: String, pathBase: String, for base: Extension, _ path: NodePath
  ) throws(Failures) -> (services: Mapping, directives: Directives) {
    guard Disk.kind(of: file) != nil else {
      throw failure("the file `\(options.name(of: file))` does not exist", path, base.mark)
    }
    var (model, directives) = try unchecked(ComposeFile(path: file))
    PathResolution(base: pathBase, home: options.home, report: report).resolve(&model)
    try report.stopIfFailed()
    guard let services = model["services"]?.mapping else {
      throw failure("\(options.name(of: file)) has no services", path, base.mark)
    }
    return (services, directives)
  }
}
