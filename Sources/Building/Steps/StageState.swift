import Dockerfile
import Images
import OCI

/// Where a stage stands after some of its instructions.
struct StageState: Sendable {
  /// The root file system; `nil`: empty.
  var root: Image?
  /// Says everything that led to it: two states with the same key have the same root.
  var key: Digest
  var config: ExecutionParameters
  var author: String?
  var history: [ImageConfiguration.HistoryEntry]
  var variables: Variables
  /// `ARG` of this stage, in order, for the history of `RUN`.
  var declared: [(name: String, value: String)] = []
  /// Seconds since 1970: the newest of what went in.
  var latest: Int64
  var hasCommand = false
  /// Steps so far that can change files.
  var steps = 0
  /// A step that made it was not to come from the cache: what follows stands on another root than its key says.
  var isRenewed = false
  /// The results that the root came to, with how many layers it then had.
  var results: [(key: Digest, layers: Int)] = []

  var workingDirectory: String { config.workingDirectory.flatMap { $0.isEmpty ? nil : $0 } ?? "/" }
  var shell: [String] { config.shell ?? ["/bin/sh", "-c"] }

  /// An empty stage.
  init(escape: Unicode.Scalar, latest: Int64) {
    root = nil
    key = Digest.sha256(of: "davit-build 2: scratch".utf8)
    config = ExecutionParameters()
    config.workingDirectory = "/"
    history = []
    variables = Variables(escape: escape)
    self.latest = latest
    takeEnvironment()
  }

  /// A stage that begins with an image.
  init(_ image: Image, escape: Unicode.Scalar, latest: Int64) {
    root = image
    let layers = image.configuration.rootfs.diffIDs.map(\.description).joined(separator: " ")
    key = Digest.sha256(of: "davit-build 2: layers \(layers)".utf8)
    config = image.execution
    author = image.configuration.author
    history = image.configuration.history ?? []
    variables = Variables(escape: escape)
    self.latest = latest
    takeEnvironment()
  }

  /// A stage that begins with another one: what that declared with `ARG` is not seen here.
  init(_ other: StageState) {
    self = other
    declared = []
    variables = Variables(escape: other.variables.escape)
    hasCommand = false
    steps = 0
    takeEnvironment()
  }

  private mutating func takeEnvironment() {
    if !config.environment.contains(where: { $0.hasPrefix("PATH=") }) {
      config.environment.append("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    }
    for entry in config.environment {
      guard let equals = entry.firstIndex(of: "=") else { continue }
      variables[String(entry[..<equals])] = String(entry[entry.index(after: equals)...])
    }
  }

  mutating func note(_ text: String, makesLayer: Bool, isBuildKit: Bool = false) {
    history.append(
      ImageConfiguration.HistoryEntry(
        createdBy: isBuildKit ? "\(text) # buildkit" : text, comment: "buildkit.dockerfile.v0",
        emptyLayer: makesLayer ? nil : true))
  }
}
