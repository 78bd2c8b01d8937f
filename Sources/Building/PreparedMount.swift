import Diagnostics
import Dockerfile
import Engine
import Images
import Linux
import OCI
import Spec

/// One `RUN --mount` with a place on this machine.
struct PreparedMount {
  var mount: MountSpec?
  var file: FileSpec?
  var environment: [String: String] = [:]
  /// What of it decides the result.
  var key: String
  /// Keeps others out of a cache.
  var lock: FileLock?
}

extension StageWork {
  func prepare(_ option: MountOption, _ state: StageState) throws -> PreparedMount {
    let target = CopyPaths.absolute(option.target, in: state.workingDirectory)
    switch option.kind {
    case .bind: return try bind(option, target)
    case .cache: return try cache(option, target)
    case .tmpfs:
      var mount = MountSpec(.tmpfs, target: target)
      mount.tmpfsSize = option.size
      return PreparedMount(mount: mount, key: "tmpfs \(target) \(option.size ?? 0)")
    case .secret: return try secret(option, state)
    case .ssh:
      guard option.required else { return PreparedMount(key: "ssh") }
      throw Failure(
        .unsupported, "keys of an SSH agent cannot be handed to builds yet", subject: "RUN --mount=type=ssh")
    }
  }

  private func bind(_ option: MountOption, _ target: String) throws -> PreparedMount {
    guard option.readOnly else {
      throw Failure(.unsupported, "writable bind mounts are not there yet", subject: "RUN --mount=type=bind,rw")
    }
    let lines = builder.recipe.stages[index].lines
    let tree = try source(option.from, lines)
    let path = option.source.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    var plan = CopyPlan(isAdd: false, tree: tree, sources: [path], destination: target, text: "")
    plan.exclude = IgnoreRules()
    let key = try "bind " + plan.digest().parts.joined(separator: "\n")
    let context = option.from == nil ? request.context : option.from.flatMap { request.namedContexts[$0] }
    if let context {
      // As in BuildKit, what is ignored is not there.
      guard context.ignored.isEmpty else {
        throw Failure(
          .unsupported, "a bind mount of a context with a .dockerignore file is not there yet",
          subject: "RUN --mount=type=bind", hint: "use COPY, or a named context")
      }
      let opened = try tree.root.openInRoot(path.isEmpty ? "/" : path, .pathOnly)
      return PreparedMount(
        mount: MountSpec(.bind, source: try readLink(opened.procPath), target: target, readOnly: true), key: key)
    }
    let image: Image
    if let stage = graph.stage(from: option.from!, in: index) {
      let other = builder.state(stage)
      image =
        try other.root
        ?? builder.engine.images.keepSnapshot(
          other.key, of: nil, on: nil, platform: .host, latest: other.latest)
    } else {
      image = try builder.resolve(option.from!, lines)
    }
    var mount = MountSpec(.image, source: image.id.description, target: target, readOnly: true)
    mount.subpath = path.isEmpty ? nil : path
    return PreparedMount(mount: mount, key: key)
  }

  /// A folder that outlives builds. What is in it never decides a result.
  private func cache(_ option: MountOption, _ target: String) throws -> PreparedMount {
    guard option.from == nil else {
      throw Failure(.unsupported, "caches begin empty here", subject: "RUN --mount=type=cache,from=…")
    }
    let id = option.id ?? target
    let name = Digest.sha256(of: id.utf8).hex.prefix(32)
    let folder = "\(builder.folder)/caches/\(name)"
    var place = "\(folder)/data"
    var lock: FileLock?
    try makeDirectories(folder, mode: 0o700)
    switch option.sharing ?? .shared {
    case .shared: break
    case .locked: lock = try FileLock("\(folder)/lock")
    case .private:
      // The first that is free.
      var number = 1
      lock = try FileLock(trying: "\(folder)/lock")
      while lock == nil {
        number += 1
        lock = try FileLock(trying: "\(folder)/lock\(number)")
        place = "\(folder)/data\(number)"
      }
    }
    let holder = try Descriptor.open(folder, .anchor)
    let fileName = FileName(String(place.split(separator: "/").last!))
    if (try? holder.status(of: fileName)) == nil {
      try holder.makeDirectory(fileName)
      try holder.setOwner(of: fileName, uid: option.uid ?? 0, gid: option.gid ?? 0)
      try holder.setPermissions(of: fileName, option.mode ?? 0o755)
    }
    return PreparedMount(
      mount: MountSpec(.bind, source: place, target: target, readOnly: option.readOnly),
      key: "cache \(target) \(id)", lock: lock)
  }

  /// Its content does not decide the result, as in BuildKit.
  private func secret(_ option: MountOption, _ state: StageState) throws -> PreparedMount {
    let id = [option.id ?? "", option.source, option.target.split(separator: "/").last.map(String.init) ?? ""]
      .first { !$0.isEmpty }!
    var prepared = PreparedMount(key: "secret \(id) \(option.target) \(option.variable ?? "-")")
    let content: [UInt8]
    switch request.secrets[id] {
    case nil:
      guard !option.required else {
        throw Failure(.notFound, "secret \(id): not found", hint: "give it with --secret id=\(id),src=FILE")
      }
      return prepared
    case .file(let path): content = try readFile(path, limit: 500 << 10)
    case .value(let text): content = Array(text.utf8)
    }
    if let variable = option.variable {
      prepared.environment[variable.isEmpty ? id : variable] = String(decoding: content, as: UTF8.self)
      if option.target.isEmpty { return prepared }
    }
    let target =
      option.target.isEmpty ? "/run/secrets/\(id)" : CopyPaths.absolute(option.target, in: state.workingDirectory)
    var file = FileSpec(
      .secret, name: id, target: target, content: content, contentDigest: Digest.sha256(of: content).description)
    file.mode = option.mode ?? 0o400
    file.uid = option.uid.map(String.init)
    file.gid = option.gid.map(String.init)
    prepared.file = file
    return prepared
  }
}
