import Diagnostics
import Engine
import Images
import Linux
import OCI
import Spec

/// A `RUN` that failed, and a container that stands where it stood: the same files, mounts, variables and user, with the
/// image's shell on a terminal in place of its command. It does not run yet.
public struct FailedStep: Sendable {
  public var container: String
  public var command: [String]
  public var code: Int32
}

extension StageWork {
  /// One shell at a time; what is done in it is not kept.
  func offerShell(_ id: String, _ spec: ContainerSpec, _ code: Int32, _ state: StageState) throws {
    guard let offer = request.surroundings.onFailure else { return }
    try builder.shell.withLock { _ in
      let engine = builder.engine
      let key = Digest.sha256(of: "failed \(spec.name)".utf8)
      let image = try keep(key, engine.changes(of: id), on: state.root, .max)
      defer { try? engine.images.forgetSnapshots([key]) }
      var shell = spec
      shell.name += "-shell"
      (shell.image, shell.imageID) = (image.id.description, image.id.description)
      shell.command = [state.shell[0]]
      (shell.tty, shell.stdinOpen, shell.stdinOnce) = (true, true, true)
      let container = try engine.create(shell).id
      defer { try? engine.remove(container, force: true, volumes: true) }
      try offer(FailedStep(container: container, command: spec.command ?? [], code: code))
    }
  }
}
