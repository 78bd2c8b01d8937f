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
      flags: [.boolean("down-project", nil, "Drops project when the first container stops")], arity: .atLeast(1),
      positionals: [.services]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let (engine, scope, containers) = try invocation.selected(arguments.positionals, all: true)
    guard !containers.isEmpty else { throw Failure(.notFound, "no containers for project \"\(scope.name)\"") }
    let status: Int32
    if arguments.boolean("down-project") {
      status = try FirstExit(engine, containers).wait()
      _ = try invocation.takeDown(scope, DownOptions())
    } else {
      var last: Int32 = 0
      for result in WorkerPool.map(containers, limit: containers.count, { try engine.wait($0.id) }) {
        last = try result.get()
        Output.standard.print("\(last)")
      }
      status = last
    }
    return status
  }
}

/// The exit status of whichever of several containers ends first.
private final class FirstExit: Sendable {
  private let engine: Engine
  private let containers: [ContainerView]
  private let result = Mutex<Result<Int32, any Error>?>(nil)
  private let changed = Signal()

  init(_ engine: Engine, _ containers: [ContainerView]) {
    self.engine = engine
    self.containers = containers
  }

  func wait() throws -> Int32 {
    for container in containers {
      _ = try Thread.spawn { [self] in
        let outcome = Result { try engine.wait(container.id) }
        result.withLock { if $0 == nil { $0 = outcome } }
        changed.notifyAll()
      }
    }
    changed.wait { result.withLock { $0 != nil } }
    return try result.withLock { $0! }.get()
  }
}
