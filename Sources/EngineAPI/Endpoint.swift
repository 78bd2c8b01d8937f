/// Everything that can be asked for, each a route of the Engine API.
public enum Endpoint: String, Hashable, Sendable, CaseIterable {
  // System
  case ping, version, info, events, diskUsage, auth
  // Containers
  case containers, createContainer, inspectContainer, top, logs, changes, export, stats, resize, start, stop, restart
  case kill, update, rename, pause, unpause, attach, attachWebSocket, wait, removeContainer
  case statArchive, getArchive, putArchive, pruneContainers
  case createExec, startExec, resizeExec, inspectExec
  // Images
  case images, build, cancelBuild, session, grpc, pruneBuilds, pullImage, inspectImage, history, push, tag, removeImage,
    search, pruneImages, commit
  case saveImage, saveImages, load, inspectDistribution
  // Networks, volumes
  case networks, inspectNetwork, createNetwork, connect, disconnect, removeNetwork, pruneNetworks
  case volumes, createVolume, inspectVolume, updateVolume, removeVolume, pruneVolumes
  // What this engine has none of
  case plugins, swarm, checkpoints, otherPlugins

  /// Whether it may last as long as its client or a container likes.
  public var lasts: Bool {
    switch self {
    case .events, .logs, .export, .stats, .stop, .restart, .attach, .attachWebSocket, .wait, .getArchive, .putArchive,
      .startExec, .build, .session, .grpc, .pullImage, .push, .saveImage, .saveImages, .load, .start, .removeContainer,
      .commit, .kill,
      .pruneContainers, .inspectDistribution, .auth, .search:
      true
    default: false
    }
  }
}
