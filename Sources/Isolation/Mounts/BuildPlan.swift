import Launch

/// What is done, and in which order, between a container's fresh namespaces and its program: pure.
enum BuildPlan {
  static func steps(for container: ContainerLaunch) -> [Step] {
    var steps: [Step] = [.separate]
    let fresh = container.namespaces.filter { $0.join == nil }.map(\.kind)
    // It shows the groups that its maker is in as the roots, and this process is in the container's by now.
    if fresh.contains(.cgroup) { steps.append(.cgroupNamespace) }
    if fresh.contains(.uts) {
      if !container.hostname.isEmpty { steps.append(.hostname(container.hostname)) }
      if !container.domainname.isEmpty { steps.append(.domainname(container.domainname)) }
    }
    steps.append(.root(container.root))

    var source = 0
    for mount in container.mounts {
      switch mount.kind {
      case .bind:
        steps.append(.bind(mount, source: source))
        source += 1
      case .fileSystem:
        steps.append(.fileSystem(mount))
        // A /dev that is the host's own is left as it is.
        if mount.target == "/dev", mount.fileSystem == "tmpfs" { steps += deviceSteps(container) }
      case .cgroup: steps.append(.cgroup(mount, container.cgroup))
      }
    }
    if container.hooks.contains(where: { [.prestart, .createRuntime].contains($0.moment) }) {
      steps.append(.awaitHost)
    }
    // They may still change the root, and what is to be hidden is still in sight.
    steps += container.hooks.filter { $0.moment == .createContainer }.map(Step.hook)
    if container.process.terminal {
      steps.append(.terminal(rows: container.process.rows, columns: container.process.columns))
    }
    if container.process.createsWorkingDirectory {
      steps.append(.workingDirectory(container.process.workingDirectory))
    }
    steps += container.sysctls.map(Step.sysctl)
    steps += container.readOnlyPaths.map(Step.readOnly)
    steps += container.maskedPaths.map(Step.mask)
    if container.root.readOnly { steps.append(.sealRoot) }
    if container.root.propagation != 0 { steps.append(.propagateRoot(container.root.propagation)) }
    steps.append(.enterRoot)
    steps += container.hooks.filter { $0.moment == .startContainer }.map(Step.hook)
    return steps
  }

  /// The nodes and links that programs expect in /dev. They are the runtime specification's "default devices" and
  /// "default symlinks" (config-linux.md) with Docker's /dev/core.
  private static func deviceSteps(_ container: ContainerLaunch) -> [Step] {
    container.devices.map(Step.device) + [
      .link(at: "/dev/fd", to: "/proc/self/fd"),
      .link(at: "/dev/stdin", to: "/proc/self/fd/0"),
      .link(at: "/dev/stdout", to: "/proc/self/fd/1"),
      .link(at: "/dev/stderr", to: "/proc/self/fd/2"),
      .link(at: "/dev/ptmx", to: "pts/ptmx"),
      .link(at: "/dev/core", to: "/proc/kcore"),
    ]
  }
}
