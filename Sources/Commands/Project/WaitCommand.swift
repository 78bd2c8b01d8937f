import Arguments
import Diagnostics
import Engine
import Linux
import Planning
import Synchronization

enum WaitCommand {
  static var command: Command {
    Command(
      "wait", "Block until containers of all (or specified) services stop.",
      usage: "[OPTIONS] SERVICE [SERVICE...]",
      flags: [.boolean("down-project", nil, "Drops the project when the containers have stopped")], arity: .atLeast(1),
      positionals: [.services]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let (engine, scope, all) = try invocation.selected(arguments.positionals, all: true)
    // Those that have ended matter where none runs: a short job may be over before anybody can wait for it.
    let running = all.filter(\.isRunning)
    let containers = running.isEmpty ? all.filter { $0.exitCode != nil } : running
    guard !containers.isEmpty else { throw Failure(.notFound, "no containers for project \"\(scope.name)\"") }
    let last = Mutex<Int32>(0)
    let results = WorkerPool.map(containers, limit: containers.count) { container in
      let status = try engine.wait(container.id)
      last.withLock {
        Output.standard.print("container \"\(container.id)\" exited with status code \(status)")
        $0 = status
      }
    }
    for result in results { try result.get() }
    if arguments.boolean("down-project") {
      var options = DownOptions()
      options.removeOrphans = true
      let status = try invocation.takeDown(scope, options)
      guard status == ExitStatus.success else { return status }
    }
    return last.withLock { $0 }
  }
}
