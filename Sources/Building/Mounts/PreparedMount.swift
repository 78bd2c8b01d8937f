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
  /// Keeps others out of a cache.
  var lock: FileLock?
  /// What the mount's source is kept by.
  var keeping: AnyObject?
}

extension StageWork {
  /// Says what of the mounts decides the result.
  func describe(_ option: MountOption, _ state: StageState, in description: inout StepDescription) throws {
    let target = CopyPaths.absolute(option.target, in: state.workingDirectory)
    let name = "\(option.kind.rawValue) \(target)"
    switch option.kind {
    case .bind:
      description.add(.mount, name, "\(option.from ?? "context") \(option.source)\(option.readOnly ? "" : " rw")")
      let tree = try source(option.from, builder.recipe.stages[index].lines)
      _ = try DescribingFiles(tree).add(Self.relative(option.source), to: &description)
    case .cache: description.add(.mount, name, option.id ?? target)
    case .tmpfs: description.add(.mount, name, "\(option.size ?? 0)")
    // Its content does not decide the result, as in BuildKit.
    case .secret: description.add(.mount, name, "\(secretID(option)) \(option.variable ?? "")")
    case .ssh: description.add(.mount, name, option.id ?? "default")
    }
  }

  func prepare(_ option: MountOption, _ number: Int, _ state: StageState) throws -> PreparedMount {
    let target = CopyPaths.absolute(option.target, in: state.workingDirectory)
    switch option.kind {
    case .bind: return try bind(option, target)
    case .cache: return try cache(option, target)
    case .tmpfs:
      var mount = MountSpec(.tmpfs, target: target)
      mount.tmpfsSize = option.size
      return PreparedMount(mount: mount)
    case .secret: return try secret(option, state)
    case .ssh: return try agent(option, number, state)
    }
  }

  private static func relative(_ path: String) -> String {
    path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  private func bind(_ option: MountOption, _ target: String) throws -> PreparedMount {
    let path = Self.relative(option.source)
    let lines = builder.recipe.stages[index].lines
    let isContext = option.from == nil || request.namedContexts[option.from!] != nil
    if !option.readOnly || isContext {
      let tree = try source(option.from, lines)
      // What is ignored is not there, and what is written is not kept: both are a copy's business.
      guard option.readOnly, tree.ignored.isEmpty else { return try bindCopy(of: tree, path, option, target) }
      let opened = try tree.root.openInRoot(path.isEmpty ? "/" : path, .pathOnly)
      let path = try withExtendedLifetime(opened) { try readLink(opened.procPath) }
      return PreparedMount(mount: MountSpec(.bind, source: path, target: target, readOnly: true))
    }
    let image: Image
    if let stage = graph.stage(from: option.from!, in: index) {
      image = try root(of: builder.schedule.state(stage))
    } else {
      image = try builder.resolve(option.from!, graph.platform, lines)
    }
    var mount = MountSpec(.image, source: image.id.description, target: target, readOnly: true)
    mount.subpath = path.isEmpty ? nil : path
    return PreparedMount(mount: mount)
  }

  private func bindCopy(of tree: SourceTree, _ path: String, _ option: MountOption, _ target: String) throws
    -> PreparedMount
  {
    let folder = try TemporaryFolder(in: builder.session.scratch)
    let opened = try Descriptor.open(folder.path, .anchor)
    let isFolder = try tree.root.openInRoot(path.isEmpty ? "/" : path, .pathOnly).status().kind == .directory
    let plan = CopyPlan(
      isAdd: false, tree: tree, sources: [path], destination: isFolder ? "/root/" : "/root",
      scratch: builder.session.scratch, text: "")
    try Copier(plan, in: opened).run()
    var mount = MountSpec(.bind, source: "\(folder.path)/root", target: target, readOnly: option.readOnly)
    mount.createHostPath = false
    return PreparedMount(mount: mount, keeping: folder)
  }

  /// A folder that outlives builds. What is in it never decides a result.
  private func cache(_ option: MountOption, _ target: String) throws -> PreparedMount {
    let id = option.id ?? target
    let folder = CacheFolders(builder.folder).path(id)
    var name = "data"
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
        name = "data\(number)"
      }
    }
    let holder = try Descriptor.open(folder, .anchor)
    let making = try FileLock("\(folder)/making")
    defer { making.unlock() }
    if (try? holder.status(of: FileName(name))) == nil {
      try writeAtomically(Array(id.utf8), to: "\(folder)/id")
      try holder.removeTree("new-\(name)")
      try holder.makeDirectory(FileName("new-\(name)"))
      try fill(option, holder.open("new-\(name)", .anchor))
      try holder.setOwner(of: FileName("new-\(name)"), uid: option.uid ?? 0, gid: option.gid ?? 0)
      try holder.setPermissions(of: FileName("new-\(name)"), option.mode ?? 0o755)
      try holder.rename("new-\(name)", to: name)
    }
    let now = Timestamp.now().seconds
    try holder.setTimes(of: ".", seconds: now, nanoseconds: 0)
    return PreparedMount(
      mount: MountSpec(.bind, source: "\(folder)/\(name)", target: target, readOnly: option.readOnly), lock: lock)
  }

  /// What a cache begins with (`from=`).
  private func fill(_ option: MountOption, _ folder: Descriptor) throws {
    guard option.from != nil else { return }
    let tree = try source(option.from, builder.recipe.stages[index].lines)
    let plan = CopyPlan(
      isAdd: false, tree: tree, sources: [Self.relative(option.source)], destination: "/",
      scratch: builder.session.scratch, text: "")
    try Copier(plan, in: folder).run()
  }

  private func secretID(_ option: MountOption) -> String {
    [option.id ?? "", option.source, option.target.split(separator: "/").last.map(String.init) ?? ""]
      .first { !$0.isEmpty } ?? ""
  }

  private func secret(_ option: MountOption, _ state: StageState) throws -> PreparedMount {
    let id = secretID(option)
    var prepared = PreparedMount()
    guard let secret = request.secrets[id] else {
      guard !option.required else {
        throw Failure(.notFound, "secret \(id): not found", hint: "give it with --secret id=\(id),src=FILE")
      }
      return prepared
    }
    let content: [UInt8]
    switch secret.content {
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
    file.mode = option.mode ?? secret.mode ?? 0o400
    file.uid = (option.uid ?? secret.uid).map(String.init)
    file.gid = (option.gid ?? secret.gid).map(String.init)
    prepared.file = file
    return prepared
  }

  private func agent(_ option: MountOption, _ number: Int, _ state: StageState) throws -> PreparedMount {
    let id = option.id ?? "default"
    let owner = KeyAgents.Owner(uid: option.uid ?? 0, gid: option.gid ?? 0, mode: option.mode ?? 0o600)
    guard let socket = try builder.agents.socket(id, for: owner) else {
      guard !option.required else {
        throw Failure(.notFound, "unset ssh forward key \(id)", hint: "give it with --ssh \(id)[=SOCKET|KEY]")
      }
      return PreparedMount()
    }
    let target =
      option.target.isEmpty
      ? "/run/buildkit/ssh_agent.\(number)" : CopyPaths.absolute(option.target, in: state.workingDirectory)
    return PreparedMount(
      mount: MountSpec(.bind, source: socket, target: target), environment: ["SSH_AUTH_SOCK": target])
  }
}
