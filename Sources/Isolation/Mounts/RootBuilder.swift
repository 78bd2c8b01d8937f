import Glibc
import Launch
import Linux

/// Carries out the steps of a `BuildPlan`, in the child, before the program runs. Every place in the container's tree
/// is reached from `root` by `openInRoot`; no string path into it is ever given to the kernel.
struct RootBuilder {
  var sources: [BindSource]
  let channel: ChildChannel
  let inUserNamespace: Bool
  /// The root of the container's file system; the host's while there is none.
  private(set) var root: Descriptor
  /// The program's end of the terminal.
  private(set) var terminal: Descriptor?
  /// The container's /proc as it was mounted, with nothing on top.
  private var proc: ProcessFileSystem?
  private var masks: Masks?

  /// - Parameter preparedRoot: a root that was mounted outside already, because only there it is allowed.
  init(sources: [BindSource], channel: ChildChannel, inUserNamespace: Bool, preparedRoot: Descriptor?)
    throws(LaunchFailure)
  {
    self.sources = sources
    self.channel = channel
    self.inUserNamespace = inUserNamespace
    self.preparedRoot = preparedRoot
    root = try reporting { () throws(SystemError) in try Descriptor.open("/", .anchor) }
  }

  private let preparedRoot: Descriptor?

  mutating func run(_ step: Step) throws(LaunchFailure) {
    switch step {
    case .separate:
      try reporting { () throws(SystemError) in
        try mount(on: "/", flags: [.private, .recursive], step: "making private the mounts of")
      }
    case .hostname(let name): try reporting { () throws(SystemError) in try HostName.set(name) }
    case .domainname(let name): try reporting { () throws(SystemError) in try HostName.setDomain(name) }
    case .root(let launch): root = try RootMount.attach(launch, prepared: preparedRoot)
    case .bind(let mount, let source): try bind(mount, sources[source])
    case .fileSystem(let mount): try mountFileSystem(mount)
    case .device(let device): try makeDevice(device)
    case .link(let path, let target): try link(path, target)
    case .cgroupNamespace: try reporting { () throws(SystemError) in try Namespaces.cgroup.unshare() }
    case .cgroup(let mount, let cgroup): try mountCgroup(mount, cgroup)
    case .terminal(let rows, let columns):
      terminal = try Console.make(in: root, rows: rows, columns: columns, channel: channel)
    case .sysctl(let setting): try processFileSystem().setSysctl(setting)
    case .readOnly(let path): try Masks.makeReadOnly(path, in: root)
    case .mask(let path):
      if masks == nil { masks = try Masks() }
      try masks!.mask(path, in: root)
    case .workingDirectory(let path):
      _ = try during("creating the working directory", path) { () throws(SystemError) in
        try root.makeDirectoriesInRoot(path)
      }
    case .sealRoot:
      try during("making read-only", "/") { () throws(SystemError) in try root.addMountFlags(.readOnly) }
    case .propagateRoot(let flags):
      try during("setting the propagation of", "/") { () throws(SystemError) in
        try root.setPropagation(MountFlags(rawValue: flags))
      }
    case .enterRoot: try enterRoot()
    case .hook(let hook): try hook.run()
    case .awaitHost: try channel.awaitHost()
    }
  }

  /// The place of a mount, made when it is missing and the mount says so.
  func target(_ mount: MountLaunch) throws(LaunchFailure) -> Descriptor {
    let creation: Descriptor.Creation =
      switch mount.creation {
      case .nothing: .nothing
      case .directory: .directory
      case .file: .file
      }
    return try during("mounting \(mount.subject) on", mount.target) { () throws(SystemError) in
      try root.createInRoot(mount.target, as: creation)
    }
  }

  private mutating func mountFileSystem(_ mount: MountLaunch) throws(LaunchFailure) {
    var data = mount.data
    // A tmpfs looks like the directory that it covers, unless it is told otherwise.
    if mount.fileSystem == "tmpfs", !data.split(separator: ",").contains(where: { $0.hasPrefix("mode=") }),
      let covered = try? root.openInRoot(mount.target, .anchor).status()
    {
      data += (data.isEmpty ? "" : ",") + "mode=" + String(covered.permissions, radix: 8)
    }
    let place = try target(mount)
    let flags = MountFlags(rawValue: mount.flags)
    try during("mounting \(mount.subject) on", mount.target) { () throws(SystemError) in
      do throws(SystemError) {
        try Linux.mount(
          mount.source.isEmpty ? mount.fileSystem : mount.source, on: place.procPath, type: mount.fileSystem,
          flags: flags.subtracting(.propagation), data: data)
      } catch {
        // sysfs shows the network namespace's devices, and only its owner may mount it. In a user namespace with a
        // network that was made outside, the host's is shown instead, read-only like the other.
        guard mount.fileSystem == "sysfs", error.errno == EPERM, inUserNamespace else { throw error }
        try Linux.mount("/sys", on: place.procPath, flags: [.bind, .recursive])
        try root.openInRoot(mount.target, .pathOnly).addMountFlags(.readOnly, recursive: true)
      }
      let propagation = MountFlags(rawValue: mount.propagation)
      if !propagation.isEmpty { try root.openInRoot(mount.target, .pathOnly).setPropagation(propagation) }
    }
    if mount.fileSystem == "proc", mount.target == "/proc" {
      proc = try ProcessFileSystem(
        verifying: reporting { () throws(SystemError) in
          try root.openInRoot("/proc", .anchor)
        })
    }
  }

  private mutating func processFileSystem() throws(LaunchFailure) -> ProcessFileSystem {
    if let proc { return proc }
    let fresh = try ProcessFileSystem.private()
    proc = fresh
    return fresh
  }

  /// After this `/` is the container's root and the host's tree is gone.
  private func enterRoot() throws(LaunchFailure) {
    try reporting { () throws(SystemError) in
      try root.enter()
      try pivotRootHere()
    }
  }
}
