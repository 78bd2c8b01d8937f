import Diagnostics
import Images
import Launch
import Linux
import Networking
import Runtime
import Spec

extension Engine {
  /// Everything that a container needs before its process is made.
  /// - Returns: `nil` where it runs already.
  func prepareStart(_ nameOrID: String, client: Descriptor? = nil, standing: Standing = .inPlace) throws
    -> PreparedStart?
  {
    try host.requirePrivileges()
    let id = try containerStore.resolve(nameOrID)
    let lock = try containerStore.lock(id)
    let record = try record(id)
    let paths = host.container(id)
    awaitOrphanedShim(paths)
    if case .alive(let state) = LiveState.of(paths) {
      guard state.status == .paused else { return nil }
      throw Failure(
        .conflict, "is paused", subject: "container \(record.name)", hint: "use `unpause` to let it go on")
    }
    clearAfterLoss(record)
    do {
      let shim = try runtime.waitingShim()
      do { return try prepareStart(record, lock, by: shim, client, standing) } catch {
        shim.dismiss()
        throw error
      }
    } catch {
      defer { lock.unlock() }
      throw noteFailedStart(record, Failure(error))
    }
  }

  private func prepareStart(
    _ record: ContainerRecord, _ lock: FileLock, by shim: WaitingShim, _ client: Descriptor?, _ standing: Standing
  ) throws -> PreparedStart {
    let (id, paths) = (record.id, host.container(record.id))
    let record = try withDevices(record)
    let image = try image(for: record.spec)
    let layers = try images.layers(of: image)
    let effective = try EffectiveSpec(record, image: image.execution, sharedHostname: sharedHostname(record.spec))
    var resources = LaunchResources(id: id, root: try makeRoot(paths, layers, record.spec))
    resources.paths = PathsLaunch(paths)
    if !record.spec.deviceHooks.isEmpty { resources.bundle = try HookBundle(effective, host).write(in: paths.run) }
    resources.firstClient = client
    resources.restart = record.spec.restart.launch
    resources.log = try LogLaunch(record.spec.logging, path: paths.log, of: LogSubject(record, effective))
    try resources.log.forward?.requireReceiver()
    let special = try addMounts(record, layers: layers, to: &resources)
    try joinNamespaces(record, &resources)
    let network = try prepareNetwork(record, effective, &resources, standing)
    do {
      try network.live.write(paths)
      failpoints("start.prepared")
      resources.events = events(of: record, network.live)
      if record.spec.autoRemove { (resources.remover, resources.removerEnvironment) = host.remover(of: id) }
      var launch = try runtime.prepare(record.spec, ProgramSettings(effective), resources)
      launch.replaceSources(special)
      for warning in launch.warnings { warn(warning.message) }
      return PreparedStart(
        record: record, lock: lock, live: network.live, launch: launch, shim: shim,
        reservations: network.reservations, undoing: network.undo)
    } catch {
      network.undo()
      throw error
    }
  }

  /// With what its devices of the registry stand for today.
  private func withDevices(_ record: ContainerRecord) throws -> ContainerRecord {
    guard record.spec.devices.contains(where: { DeviceRegistry.isQualified($0.source) }) else { return record }
    var record = record
    record.spec = try DeviceRegistry().resolved(record.spec)
    return record
  }

  /// A container that could not be started says why, as Docker's does.
  func noteFailedStart(_ record: ContainerRecord, _ failure: Failure) -> Failure {
    let paths = host.container(record.id)
    var last = LiveState.lastRun(paths) ?? StateRecord()
    last.status = .exited
    last.exitCode = failure.exitStatus ?? 128
    last.error = Failure(failure.code, failure.message, subject: failure.subject, causes: failure.causes).description
    last.pid = 0
    last.shimPid = 0
    try? writeAtomically(last.json(), to: paths.exitRecord, mode: 0o600)
    try? removeTree(paths.run)
    return failure.of(container: record.name)
  }

  /// The layers and the container's own folders for what it changes.
  private func makeRoot(_ paths: ContainerPaths, _ layers: [String], _ spec: ContainerSpec) throws -> RootLaunch {
    try skeleton.make(host)
    let folder = try Descriptor.open(paths.folder, .anchor)
    for name in ["upper", "work"] { try folder.makeDirectory(name) }
    let isVolatile = spec.autoRemove || spec.isScratch == true
    // overlayfs refuses a folder that was mounted so before, as it cannot know whether the machine failed in between; then
    // such a container would have been removed.
    if isVolatile { try? removeTree("\(paths.work)/work/incompat") }
    try containerStore.makeSpread(host.runContainers)
    let run = try Descriptor.open(host.runContainers, .anchor)
    if try !run.makeDirectory(paths.id, mode: 0o700) {
      // What the last run left in there is over.
      for name in [Files.state, Files.attachSocket] { try? run.unlink("\(paths.id)/\(name)") }
    }
    var root = RootLaunch()
    root.lower = layers + [host.skeleton]
    root.upper = paths.upper
    root.work = paths.work
    root.mountPoint = host.mountPoint
    if isVolatile { root.options.append(RootLaunch.volatile) }
    return root
  }

  private func joinNamespaces(_ record: ContainerRecord, _ resources: inout LaunchResources) throws {
    if case .container(let other) = record.spec.pid {
      resources.pid = try Namespaces.pid.open(of: runningProcess(of: other, whose: "pid namespace"))
    }
    if case .container(let other) = record.spec.ipc {
      let pid = try runningProcess(of: other, whose: "ipc namespace")
      resources.ipc = try Namespaces.ipc.open(of: pid)
      resources.sharedMemory = try Namespaces.mount.open(of: pid)
    }
    if case .container(let other) = record.spec.uts {
      resources.uts = try Namespaces.uts.open(of: runningProcess(of: other, whose: "uts namespace"))
    }
  }

  /// As with Docker, who shares a network namespace has the same name, too.
  func sharedHostname(_ spec: ContainerSpec) throws -> String? {
    switch spec.networkMode {
    case .host: return try readText("/proc/sys/kernel/hostname")
    case .container(let other):
      let other = try record(other)
      return try other.spec.hostname
        ?? (other.spec.networkMode == .host ? sharedHostname(other.spec) : String(other.id.prefix(12)))
    case .none, .networks: return nil
    }
  }

  /// The first process of a container whose namespace another is to join.
  func runningProcess(of nameOrID: String, whose what: String) throws -> Int32 {
    let other = try record(nameOrID)
    guard case .alive(let state) = LiveState.of(host.container(other.id)), state.pid > 0 else {
      throw Failure(
        .conflict, "container \(other.name), whose \(what) is to be joined, is not running",
        hint: "start that container first")
    }
    return state.pid
  }
}

extension PathsLaunch {
  init(_ paths: ContainerPaths) {
    self.init()
    state = paths.state
    attachSocket = paths.attachSocket
    exitRecord = paths.exitRecord
    lock = paths.endpoints
  }
}
