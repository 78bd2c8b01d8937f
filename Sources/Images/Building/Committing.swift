import Diagnostics
import Linux
import OCI

/// What a container becomes as an image (`commit`).
public struct CommitRequest: Sendable {
  /// The changes, an upper directory of overlayfs; `nil`: there are none.
  public var changes: Descriptor?
  public var parent: Image
  /// How the container is run.
  public var execution: ExecutionParameters
  /// `CMD …`, `ENV …`: instructions of a Dockerfile that are applied to it.
  public var instructions: [String] = []
  public var author: String?
  public var comment: String?
  /// What the history says made it.
  public var createdBy: String?
  public var name: Reference?

  public init(changes: Descriptor?, parent: Image, execution: ExecutionParameters) {
    self.changes = changes
    self.parent = parent
    self.execution = execution
  }
}

extension ImageStore {
  /// Throws `invalidInput` for an instruction that changes no configuration, before anything is read.
  public func commit(_ request: CommitRequest) throws -> Image {
    try asFailure {
      var execution = request.execution
      for instruction in request.instructions { try ConfigurationChange(instruction).apply(to: &execution) }
      let staging = try Staging(layout)
      defer { staging.discard() }
      let parent = request.parent
      var diffIDs = parent.configuration.rootfs.diffIDs
      var layers = parent.layers
      if let changes = request.changes {
        let layer = try store(
          changes, staging, on: self.layers(of: parent), beneath: diffIDs, latest: Timestamp.now().seconds)
        diffIDs.append(layer.digest)
        layers.append(layer)
      }
      var configuration = ImageConfiguration(
        platform: parent.configuration.platform, config: execution, diffIDs: diffIDs)
      configuration.created = Timestamp.now().description
      configuration.author = request.author
      configuration.comment = request.comment
      var entry = ImageConfiguration.HistoryEntry(
        created: configuration.created, createdBy: request.createdBy, comment: request.comment,
        emptyLayer: request.changes == nil ? true : nil)
      entry.author = request.author
      configuration.history = (parent.configuration.history ?? []) + [entry]
      let descriptor = try put(configuration, layers, staging)
      try staging.commit { $0.set(descriptor, name: request.name?.tagged) }
      let index = try catalog.index()
      return try catalog.image(catalog.manifests(of: descriptor)[0], in: index)
    }
  }
}
