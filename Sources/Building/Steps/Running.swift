import Diagnostics
import Dockerfile
import Engine
import Glibc
import Images
import Linux
import OCI
import Spec

/// `RUN`: a container of the engine stands on the layers so far, and what it changed becomes the next one.
extension StageWork {
  func run(_ run: Run, _ title: String, _ state: inout StageState) throws {
    let words = try commandLine(run, state)
    try check(run)
    let network = run.network == "default" ? request.network : run.network
    let options = try run.mounts.map { text in try MountOption(text, expand: state.variables.expand) }
    var description = StepDescription(state.key)
    description.add(.instruction, "", "RUN \(words.arguments)")
    for (name, value) in [
      ("--network", network), ("--security", run.security), ("working folder", state.workingDirectory),
      ("user", state.config.user ?? ""),
    ] { description.add(.option, name, value) }
    for entry in state.variables.entries { description.add(.variable, entry.name, entry.value) }
    for host in request.extraHosts { description.add(.option, "--add-host \(host)", "") }
    for (name, limit) in request.ulimits.sorted(by: { $0.key < $1.key }) {
      description.add(.option, "--ulimit \(name)", "\(limit.soft):\(limit.hard)")
    }
    for option in options { try describe(option, state, in: &description) }
    let before = state
    try step(title, description, &state) { number, key, latest in
      try Emulation.require(platform)
      let mounts = try options.map { try prepare($0, number, before) }
      let id = try execute(words, run, network, mounts, before, number)
      defer { try? builder.engine.remove(id, force: true, volumes: true) }
      let changes = try builder.engine.changes(of: id)
      let places = mounts.compactMap { $0.mount?.target ?? $0.file?.target }
      if !places.isEmpty { try removeStubs(places, in: changes, before) }
      try addMountPoints(to: changes, before)
      return try keep(key, changes, on: before.root, latest)
    }
    let declared = state.declared.map { "\($0.name)=\(state.variables[$0.name] ?? $0.value)" }
    let prefix = declared.isEmpty ? [] : ["|\(declared.count)"] + declared
    state.note("RUN " + (prefix + words.arguments).joined(separator: " "), makesLayer: true, isBuildKit: true)
  }

  private func check(_ run: Run) throws(Failure) {
    let needed: Entitlement? =
      run.security == "insecure" ? .insecure : run.network == "host" ? .hostNetwork : nil
    guard let needed, !request.allowed.contains(needed) else { return }
    throw Failure(
      .notPermitted, "\(needed.rawValue) is not allowed", hint: "allow it with --allow \(needed.rawValue)")
  }

  /// The empty places that mounts were put on are no change of the step's.
  private func removeStubs(_ places: [String], in changes: Descriptor, _ before: StageState) throws {
    let former = try view(before, writable: false)
    for place in places {
      var parts = place.split(separator: "/").map(String.init)
      while let name = parts.popLast() {
        let parent = "/" + parts.joined(separator: "/")
        let whole = parts.isEmpty ? "/\(name)" : "\(parent)/\(name)"
        guard (try? former.root.openInRoot(whole, .pathOnly)) == nil,
          let folder = try? changes.openInRoot(parent, .anchor), let status = try? folder.status(of: FileName(name))
        else { break }
        if status.kind == .directory {
          guard (try? folder.removeDirectory(FileName(name))) != nil else { break }
        } else {
          guard status.kind == .regular, status.size == 0 else { break }
          try folder.unlink(FileName(name))
        }
      }
    }
  }

  /// What every container has mounted needs a place: docker makes it in the image, and so it is in the layers of the images
  /// that docker builds. Here it comes from below all layers.
  private func addMountPoints(to changes: Descriptor, _ before: StageState) throws {
    let layers = try before.root.map { try builder.engine.images.layers(of: $0) } ?? []
    for name in ["dev", "proc", "sys"] where !layers.contains(where: { FileStatus.exists("\($0)/\(name)") }) {
      if try changes.makeDirectory(name, mode: 0o755) { try changes.setPermissions(of: FileName(name), 0o755) }
    }
  }

  /// What is run, and a script that has to be there for it.
  struct Words {
    var arguments: [String]
    var script: (path: String, content: String)?
  }

  private func commandLine(_ run: Run, _ state: StageState) throws -> Words {
    guard run.command.isShell, let line = run.command.words.first, let first = run.heredocs.first else {
      return Words(arguments: state.words(run.command))
    }
    guard (try? Heredoc(word: line)) != nil else {
      // The shell of the image reads the documents itself.
      let text = run.heredocs.reduce(line) { "\($0)\n\($1.content)\($1.name)" }
      return Words(arguments: state.shell + [text])
    }
    guard first.text.hasPrefix("#!") else { return Words(arguments: state.shell + [first.text]) }
    let path = "/dev/pipes/\(first.name)"
    return Words(arguments: [path], script: (path, first.text))
  }

  private func specification(
    _ words: Words, _ run: Run, _ network: String, _ mounts: [PreparedMount], _ state: StageState, _ number: Int
  ) throws -> ContainerSpec {
    let root = try root(of: state)
    var spec = ContainerSpec(name: "\(builder.session.name)-\(number)", image: root.id.description)
    spec.imageID = root.id.description
    spec.entrypoint = []
    spec.command = words.arguments
    for entry in state.variables.entries { spec.environment[entry.name] = entry.value }
    spec.environment.merge(PredefinedArguments.proxyEnvironment(request.arguments)) { mine, _ in mine }
    spec.workingDirectory = state.workingDirectory
    spec.user = state.config.user.flatMap { $0.isEmpty ? nil : $0 }
    spec.hostname = "buildkitsandbox"
    spec.shmSize = request.sharedMemory
    spec.extraHosts = request.extraHosts
    spec.ulimits = request.ulimits
    spec.privileged = run.security == "insecure"
    spec.healthcheck = nil
    spec.isScratch = true
    spec.mounts = mounts.compactMap(\.mount)
    spec.files = mounts.compactMap(\.file)
    for mount in mounts { spec.environment.merge(mount.environment) { $1 } }
    if let script = words.script {
      var file = FileSpec(
        .config, name: "script", target: script.path, content: Array(script.content.utf8),
        contentDigest: Digest.sha256(of: script.content.utf8).description)
      file.mode = 0o755
      spec.files.append(file)
    }
    switch network {
    case "none": spec.networkMode = .none
    case "host": spec.networkMode = .host
    case "default", "bridge":
      spec.networkMode = .networks
      spec.networks = [NetworkAttachment(network: try builder.session.ownNetwork())]
    default: spec.networks = [NetworkAttachment(network: network)]
    }
    return spec
  }

  private func execute(
    _ words: Words, _ run: Run, _ network: String, _ mounts: [PreparedMount], _ state: StageState, _ number: Int
  ) throws -> String {
    let engine = builder.engine
    let spec = try specification(words, run, network, mounts, state, number)
    let id = try engine.create(spec).id
    let output = try StepOutput(divides: request.surroundings.dividesOutput) { line, isError in
      builder.report(.output(step: number, line: line, isError: isError))
    }
    var attach = AttachRequest()
    (attach.streams.output, attach.streams.error) = (output.output.raw, output.error.raw)
    do {
      let end = try engine.start(id, attached: attach, cancellation: cancellation)
      let tail = try output.finish()
      guard case .exited(let code) = end, code != 0 else { return id }
      try offerShell(id, spec, code, state)
      throw Failure(
        .conflict,
        "process \"\(words.arguments.joined(separator: " "))\" did not complete successfully: exit code: \(code)"
          + (tail.isEmpty ? "" : "\n" + tail.map { "  | \($0)" }.joined(separator: "\n")))
    } catch {
      _ = try? output.finish()
      try? engine.remove(id, force: true, volumes: true)
      throw error
    }
  }
}
