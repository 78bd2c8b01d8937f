import YAML

/// Makes the relative paths of a model start from a directory: that of the project, or of the file that was extended.
struct PathResolution {
  let base: String
  /// What `~` stands for.
  let home: String?
  let report: Report

  init(base: String, home: String?, report: Report) {
    self.base = base
    self.home = home
    self.report = report
  }

  private enum Kind: Sendable {
    case path, context, hostPath, extendedFile, watched, volume, volumeDefinition
  }

  private static let table: PathTable<Kind> = [
    "services.*.build.context": .context,
    "services.*.build.additional_contexts.*": .context,
    "services.*.build.ssh.*": .hostPath,
    "services.*.env_file.*.path": .path,
    "services.*.label_file.*": .path,
    "services.*.extends.file": .extendedFile,
    "services.*.develop.watch.*.path": .watched,
    "services.*.volumes.*": .volume,
    "configs.*.file": .hostPath,
    "secrets.*.file": .hostPath,
    "volumes.*": .volumeDefinition,
  ]

  func resolve(_ model: inout Node) {
    var path = NodePath()
    resolve(&model, Self.table, &path)
  }

  private func resolve(_ node: inout Node, _ table: PathTable<Kind>, _ path: inout NodePath) {
    if let kind = table.rule { return apply(kind, to: &node, path) }
    switch node.value {
    case .mapping(let entries):
      let keys = entries.entries.indices.filter { table.below(entries.entries[$0].key) != nil }
      guard !keys.isEmpty else { return }
      node.updateMapping { mapping in
        for position in keys {
          let key = mapping.entries[position].key
          path.push(key)
          resolve(&mapping[position: position], table.below(key)!, &path)
          path.pop()
        }
      }
    case .sequence:
      guard let below = table.belowItems else { return }
      node.updateSequence { items in
        for index in items.indices {
          path.push(index)
          resolve(&items[index], below, &path)
          path.pop()
        }
      }
    default: break
    }
  }

  private func apply(_ kind: Kind, to node: inout Node, _ path: NodePath) {
    switch (kind, node.value) {
    case (.path, .string(let text)): node.value = .string(absolute(text))
    case (.context, .string(let text)) where !Self.isRemoteContext(text): node.value = .string(absolute(text))
    case (.hostPath, .string(let text)): node.value = .string(hostPath(text))
    case (.extendedFile, .string(let text)) where !RemoteReference.isRemote(text):
      node.value = .string(absolute(text))
    case (.watched, .string(let text)): node.value = .string(Self.withoutLink(absolute(text)))
    case (.volume, .mapping(let volume)):
      guard volume["type"]?.string == "bind" else { return }
      guard let source = volume["source"]?.string else {
        report.fail("a bind mount needs a `source`", at: path, node.mark)
        return
      }
      node.updateMapping { $0["source"]?.value = .string(hostPath(source)) }
    case (.volumeDefinition, .mapping(let volume)):
      // A local volume that is really a bind mount.
      guard volume["driver"]?.string == "local", let options = volume["driver_opts"], options["o"]?.string == "bind",
        let device = options["device"]?.string
      else { return }
      node.updateMapping { $0["driver_opts"]?.updateMapping { $0["device"]?.value = .string(hostPath(device)) } }
    default: break
    }
  }

  private func absolute(_ path: String) -> String {
    let expanded = expandHome(path)
    return expanded.isEmpty || Paths.isAbsolute(expanded) ? expanded : Paths.join(base, expanded)
  }

  /// As `absolute`, but a path of Windows is absolute too.
  private func hostPath(_ path: String) -> String {
    let expanded = expandHome(path)
    return Paths.isAbsolute(expanded) || Paths.isWindowsAbsolute(expanded) ? expanded : Paths.join(base, expanded)
  }

  private func expandHome(_ path: String) -> String {
    guard path.hasPrefix("~") else { return path }
    guard let home else {
      report.warn("`~` in `\(path)` cannot be expanded: HOME is not set")
      return path
    }
    return Paths.join(home, String(path.dropFirst()))
  }

  /// A Git repository, a URL, an image, or another service.
  private static func isRemoteContext(_ text: String) -> Bool {
    if text.contains("://") { return true }
    return ["service:", "github.com/", "git@"].contains { text.hasPrefix($0) }
  }

  /// The path with its first symbolic link followed: what is watched is the directory itself.
  private static func withoutLink(_ path: String) -> String {
    guard Paths.isAbsolute(path) else { return path }
    var walked = ""
    for part in path.split(separator: "/") {
      walked += "/" + part
      if Disk.isSymbolicLink(walked), let target = Disk.realPath(walked) {
        return target + path.dropFirst(walked.utf8.count)
      }
    }
    return path
  }
}
