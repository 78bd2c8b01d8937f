import Linux

/// Notices that something about containers changes from the moment of its making: look at them after making it, then
/// wait.
struct ContainerChange {
  private let watch: FileWatch
  /// A shim that is killed writes nothing any more, but its process ends.
  private let shims: [Descriptor]

  /// - Parameter folder: whose files are watched for being written to, too.
  /// - Parameter untilRemoved: that containers are removed is noticed, too.
  init(of ids: [String], host: Host, alsoWritesIn folder: String? = nil, untilRemoved: Bool = false) throws {
    watch = try FileWatch()
    if let folder { try watch.add(folder, [.modified, .appeared]) }
    if untilRemoved { try watch.add(host.containers, .vanished) }
    var shims: [Descriptor] = []
    for id in ids {
      let paths = host.container(id)
      if (try? watch.add(paths.run, [.appeared, .vanished])) == nil {
        // It has not been started since the machine was: its run folder is going to appear, and where no container has
        // been, the folders above it.
        var folder = host.runContainers
        while (try? watch.add(folder, .appeared)) == nil, let slash = folder.lastIndex(of: "/"),
          slash > folder.startIndex
        {
          folder = String(folder[..<slash])
        }
        try? watch.add(host.containers, .vanished)
      }
      if case .alive(let state) = LiveState.of(paths), let shim = state.shim { shims.append(shim.descriptor) }
    }
    self.shims = shims
  }

  /// Forgets what was noticed so far: look at the containers after this.
  func settle() { watch.drain() }

  /// - Parameter limit: nanoseconds; `nil` for ever.
  /// - Returns: `false` where nothing happened.
  func wait(limit: Int64?, cancellation: Cancellation?) -> Bool {
    let others = [watch.descriptor] + shims
    let index = poll(others + (cancellation.map { [$0.descriptor] } ?? []), timeout: limit)
    return index.map { $0 < others.count } ?? false
  }
}
