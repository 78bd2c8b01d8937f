import Launch
import Linux

/// Has a container removed that nobody else removes at its end (`--rm` in the background). Removing needs records and
/// volumes, which this program knows nothing of, so davit is started for it.
enum Remover {
  static func start(_ message: LaunchMessage) {
    guard let program = message.remover.first else { return }
    // Where davit is gone from its place, `davit doctor` finds the container.
    _ = try? ProgramStart(program, message.remover, environment: message.removerEnvironment).run()
  }
}
